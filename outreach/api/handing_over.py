"""Handing a colleague's outreach over, for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from crm.tenancy.context import current_tenant_id
from outreach.services import handing_over


class HoldingsRow(serializers.Serializer[Any]):
    """What a colleague is to send: planned mails, single ones among them, open enrolments, and plans they write."""

    mails = serializers.IntegerField()
    singles = serializers.IntegerField()
    enrolments = serializers.IntegerField()
    sequences = serializers.IntegerField()
    steps = serializers.IntegerField()
    broadcasts = serializers.IntegerField()


class HandOverRequest(StrictSerializer):
    """Who goes on; null: nobody, what is planned is held."""

    to = serializers.UUIDField(allow_null=True)


class HandOver(TenantAPIView):
    """What there is; POST hands it over, or holds it, and answers with how much it was."""

    permissions = {"GET": Permission.MEMBER_MANAGE, "POST": Permission.MEMBER_MANAGE}

    @extend_schema(operation_id="hand_over_retrieve", responses=HoldingsRow)
    def get(self, request: Request, pk: UUID) -> Response:
        member = load(Member.objects.of_tenant(current_tenant_id()), pk)
        return Response(asdict(handing_over.holdings(member)))

    @extend_schema(operation_id="hand_over", request=HandOverRequest, responses=HoldingsRow)
    def post(self, request: Request, pk: UUID) -> Response:
        member = load(Member.objects.of_tenant(current_tenant_id()), pk)
        said = HandOverRequest(data=request.data)
        said.is_valid(raise_exception=True)
        key = said.validated_data["to"]
        to = handing_over.colleagues(member).filter(pk=key).first() if key else None
        if key and to is None:
            raise ValidationError({"to": ["There is no such colleague."]})
        if to is None:
            return Response(asdict(handing_over.hold(member=member, by=self.actor)))
        return Response(asdict(handing_over.hand_over(member=member, to=to, by=self.actor)))
