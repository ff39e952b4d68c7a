"""The deliveries of webhooks, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import one_of, uuid_of
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.choices import CallState
from outreach.models import WebhookCall
from outreach.services import webhook_secrets, webhooks
from outreach.services.clock import database_now


class DeliveryRow(serializers.ModelSerializer[WebhookCall]):
    """What another system was told about one person, and what the last try met with."""

    enrolment = serializers.UUIDField(source="enrolment_id", allow_null=True)
    automation_run = serializers.UUIDField(source="run_id", allow_null=True)
    step = serializers.UUIDField(source="step_id", allow_null=True)

    class Meta:
        model = WebhookCall
        fields = ["id", "url", "state", "attempts", "answer_code", "answer", "tried_at", "next_at"]
        fields += ["enrolment", "step", "automation_run", "created_at"]


class DeliveryList(TenantAPIView):
    """Deliveries, the newest first, 50 at a time."""

    permissions = {"GET": Permission.TENANT_MANAGE}

    @extend_schema(
        operation_id="webhook_delivery_list",
        parameters=[OpenApiParameter("after", OpenApiTypes.UUID), OpenApiParameter("state")],
        responses=DeliveryRow(many=True),
    )
    def get(self, request: Request) -> Response:
        after, state = uuid_of(request, "after"), one_of(request, "state", CallState.values)
        return Response(DeliveryRow(webhooks.deliveries(state=state, after=after)[: webhooks.PAGE], many=True).data)


class DeliveryAgain(TenantAPIView):
    """Tries a delivery again, at once."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="webhook_delivery_again", request=None, responses=DeliveryRow)
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            row = webhooks.send_again(call=load(WebhookCall, pk), by=self.actor, now=database_now())
        except webhooks.NotSentAgain as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(DeliveryRow(row).data)


class SecretRow(serializers.Serializer[Any]):
    """When the key was made, and until when the one before signs as well. The key itself is shown on its page alone."""

    made_at = serializers.DateTimeField()
    previous_until = serializers.DateTimeField()


class SecretRenew(TenantAPIView):
    """Makes a new key; for a day both sign."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="webhook_secret_renew", request=None, responses=SecretRow)
    def post(self, request: Request) -> Response:
        row = webhook_secrets.renew(by=self.actor, now=database_now())
        return Response({"made_at": row.made_at, "previous_until": row.previous_until})
