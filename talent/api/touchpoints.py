"""Calls and other contacts that leave no message here, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.models import Member
from talent.api.candidates import EDIT, VIEW
from talent.api.shapes import OwnedField
from talent.choices import TouchKind
from talent.models import Candidate, Touchpoint
from talent.services import touchpoints
from talent.services.touchpoints import NotATouchpoint, Touch

Shape = serializers.Serializer[Any]
REACHED_HELP = "Did both sides speak? false: nobody was reached, so that it counts as no contact; null: nobody said."


class TouchpointRow(Shape):
    """A contact of a colleague with a person, past mails and text messages."""

    id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    member_id = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(TouchKind.choices)
    occurred_at = serializers.DateTimeField()
    reached = serializers.BooleanField(allow_null=True, help_text=REACHED_HELP)
    note = serializers.CharField()
    task_id = serializers.UUIDField(allow_null=True)
    recorded_by = serializers.CharField()


class TouchpointIn(StrictSerializer):
    """A contact to log. Without `member_id` it is the caller's own; without `occurred_at` it was just now."""

    kind = serializers.ChoiceField(TouchKind.choices)
    reached = serializers.BooleanField(required=False, allow_null=True, default=None, help_text=REACHED_HELP)
    occurred_at = serializers.DateTimeField(required=False)
    member_id = OwnedField(Member)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class TouchpointList(TenantAPIView):
    """Contacts with a person, the latest first, the last 200."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=TouchpointRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(TouchpointRow(touchpoints.of(load(Candidate, pk)), many=True).data)

    @extend_schema(request=TouchpointIn, responses={201: TouchpointRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said, now = load(Candidate, pk), TouchpointIn(data=request.data).sent(), timezone.now()
        touch = Touch(said["kind"], said.get("occurred_at", now), said["reached"], said["note"])
        who = said.get("member_id") or self._caller()
        try:
            row = touchpoints.log(candidate=candidate, touch=touch, member=who, by=self.actor, now=now)
        except NotATouchpoint as error:
            raise ValidationError({"occurred_at": [str(error)]}) from error
        return Response(TouchpointRow(row).data, status=201)

    def _caller(self) -> Member | None:
        if self.actor.kind != "member" or self.actor.id is None:
            return None
        return Member.objects.of_tenant(self.tenant.pk).filter(pk=self.actor.id).first()


class TouchpointDetail(TenantAPIView):
    """One contact."""

    permissions = {"GET": VIEW, "DELETE": EDIT}

    @extend_schema(responses=TouchpointRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(TouchpointRow(load(Touchpoint, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """It was not so: the person's clocks tell of what else there was."""
        touchpoints.remove(touchpoint=load(Touchpoint, pk), by=self.actor, now=timezone.now())
        return Response(status=204)
