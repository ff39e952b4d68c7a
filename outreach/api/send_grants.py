"""Grants to send from a colleague's mailbox, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from crm.tenancy.context import current_tenant_id
from outreach.models import Broadcast, SendGrant, Sequence
from outreach.services import send_grants, senders
from outreach.services.clock import database_now
from outreach.services.send_grants import NotAGrant, Scope


class SendGrantSerializer(StrictSerializer):
    """`owner` lets `grantee` send from their own mailbox; for one sequence or broadcast when it is named."""

    id = serializers.UUIDField(read_only=True)
    owner = serializers.UUIDField(source="owner_id")
    grantee = serializers.UUIDField(source="grantee_id")
    sequence = serializers.UUIDField(source="sequence_id", required=False, allow_null=True, default=None)
    broadcast = serializers.UUIDField(source="broadcast_id", required=False, allow_null=True, default=None)
    expires_on = serializers.DateField(required=False, allow_null=True, default=None)
    granted_by = serializers.CharField(read_only=True)


def _named(model: Any, key: UUID | None, field: str) -> Any:
    found = model.objects.filter(pk=key).first() if key else None
    if key and found is None:
        raise ValidationError({field: ["There is no such one."]})
    return found


def _member(key: UUID, field: str) -> Member:
    found = Member.objects.of_tenant(current_tenant_id()).select_related("user").filter(pk=key).first()
    if found is None:
        raise ValidationError({field: ["There is no such colleague."]})
    return found


class SendGrantList(TenantAPIView):
    """Grants in force; a new one, by whose mailbox it is or an administrator."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_SEND}

    @extend_schema(responses=SendGrantSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(SendGrantSerializer(send_grants.every(), many=True).data)

    @extend_schema(request=SendGrantSerializer, responses={201: SendGrantSerializer})
    def post(self, request: Request) -> Response:
        said = SendGrantSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        values = said.validated_data
        owner, grantee = _member(values["owner_id"], "owner"), _member(values["grantee_id"], "grantee")
        if self.actor.id != owner.pk and Permission.TENANT_MANAGE not in self.held:
            raise PermissionDenied("Everybody gives grants for their own mailbox.")
        plans = (
            _named(Sequence, values["sequence_id"], "sequence"),
            _named(Broadcast, values["broadcast_id"], "broadcast"),
        )
        scope = Scope(*plans, values["expires_on"])
        try:
            row = send_grants.give(owner=owner, grantee=grantee, scope=scope, by=self.actor, today=timezone.localdate())
        except NotAGrant as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(SendGrantSerializer(row).data, status=201)


class SendGrantDetail(TenantAPIView):
    """One grant; DELETE takes it back."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "DELETE": Permission.OUTREACH_SEND}

    @extend_schema(responses=SendGrantSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(SendGrantSerializer(load(SendGrant, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        grant, member = load(SendGrant, pk), senders.member_of(self.actor)
        is_allowed = send_grants.may_revoke(grant, member) if member else Permission.TENANT_MANAGE in self.held
        if not is_allowed:
            raise PermissionDenied("Only whose mailbox it is, or an administrator, takes a grant back.")
        send_grants.revoke(grant=grant, by=self.actor, now=database_now())
        return Response(status=204)
