"""The rules of contact for machines."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import SendingPolicy
from outreach.services import contact_rules
from outreach.services.clock import database_now


class ContactRulesSerializer(StrictSerializer, serializers.ModelSerializer[SendingPolicy]):
    """How much one person may hear from all of us together. 0 days or hours: no such rule."""

    kept_back = serializers.SerializerMethodField(help_text="How many people's next mail waits now, by reason.")

    class Meta:
        model = SendingPolicy
        fields = [*contact_rules.NAMES, "kept_back"]

    def get_kept_back(self, rules: SendingPolicy) -> dict[str, int]:
        return contact_rules.kept_back(database_now())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        asked = contact_rules.values_of(self.instance or SendingPolicy()) | attrs
        if asked["most_per_month"] < asked["most_per_week"]:
            raise serializers.ValidationError({"most_per_month": ["Allow at least as many in 30 days as in 7."]})
        return attrs


class ContactRules(TenantAPIView):
    """The rules in force; PATCH changes those that are named."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "PATCH": Permission.TENANT_MANAGE}

    @extend_schema(responses=ContactRulesSerializer)
    def get(self, request: Request) -> Response:
        return Response(ContactRulesSerializer(contact_rules.current()).data)

    @extend_schema(request=ContactRulesSerializer, responses=ContactRulesSerializer)
    def patch(self, request: Request) -> Response:
        said = ContactRulesSerializer(contact_rules.current(), data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        rules = contact_rules.change(values=said.validated_data, by=self.actor)
        return Response(ContactRulesSerializer(rules).data)
