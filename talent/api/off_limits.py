"""Companies and mail domains that are off limits, for machines."""

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
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.choices import OffLimitsKind, OffLimitsStrength
from talent.models import OffLimitsCompany
from talent.services import off_limits
from talent.services.off_limits import NotOffLimits, Rules

VIEW, MANAGE = Permission.CANDIDATE_VIEW, Permission.TENANT_MANAGE
RULES = ("reason", "until", "strength", "also_past")


class OffLimitsRow(serializers.Serializer[Any]):
    """A company or mail domain. `strength` "warn": a colleague is warned; "block": nobody writes to its people."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(OffLimitsKind.choices)
    value = serializers.CharField()
    strength = serializers.ChoiceField(OffLimitsStrength.choices)
    also_past = serializers.BooleanField(help_text="Also whoever worked there before.")
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    added_by = serializers.CharField()
    lifted_at = serializers.DateTimeField(allow_null=True)


class OffLimitsListed(OffLimitsRow):
    """An entry with how many people it is about."""

    people = serializers.IntegerField()


class OffLimitsChange(StrictSerializer):
    """What to change; what is left out stays."""

    strength = serializers.ChoiceField(OffLimitsStrength.choices, required=False)
    also_past = serializers.BooleanField(required=False)
    reason = serializers.CharField(max_length=300, required=False)
    until = serializers.DateTimeField(required=False, allow_null=True)


class OffLimitsIn(StrictSerializer):
    """A company or domain to put on the list. What is on it already gets these rules."""

    kind = serializers.ChoiceField(OffLimitsKind.choices)
    value = serializers.CharField(max_length=200)
    strength = serializers.ChoiceField(OffLimitsStrength.choices, required=False, default=OffLimitsStrength.BLOCK)
    also_past = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(max_length=300)
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class OffLimitsList(TenantAPIView):
    """What is off limits now, with how many people each entry is about; one more."""

    permissions = {"GET": VIEW, "POST": MANAGE}

    @extend_schema(operation_id="off_limits_list", responses=OffLimitsListed(many=True))
    def get(self, request: Request) -> Response:
        rows = off_limits.overview(timezone.now())
        return Response([{**OffLimitsRow(row).data, "people": people} for row, people in rows])

    @extend_schema(request=OffLimitsIn, responses={201: OffLimitsRow})
    def post(self, request: Request) -> Response:
        said = OffLimitsIn(data=request.data).sent()
        try:
            row = off_limits.add(by=self.actor, now=timezone.now(), **said)
        except NotOffLimits as error:
            raise ValidationError({"value": [str(error)]}) from error
        return Response(OffLimitsRow(row).data, status=201)


class OffLimitsDetail(VersionedAPIView):
    """One entry: its rules change, or it is taken off the list and stays in the record."""

    permissions = {"GET": VIEW, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(responses=OffLimitsRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(OffLimitsRow(load(OffLimitsCompany, pk)).data)

    @extend_schema(request=OffLimitsChange, responses=OffLimitsRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        row, said = load(OffLimitsCompany, pk), OffLimitsChange(data=request.data).sent()
        rules = Rules(**{name: said.get(name, getattr(row, name)) for name in RULES})
        try:
            off_limits.change(row=row, rules=rules, by=self.actor, now=timezone.now())
        except NotOffLimits as error:
            raise ValidationError({"reason": [str(error)]}) from error
        return Response(OffLimitsRow(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        off_limits.lift(row=load(OffLimitsCompany, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class OffLimitsRestore(TenantAPIView):
    """Put back on the list what was taken off it; nothing happens when it is there again already."""

    permissions = {"POST": MANAGE}

    @extend_schema(operation_id="off_limits_restore", request=None, responses=OffLimitsRow)
    def post(self, request: Request, pk: UUID) -> Response:
        row = load(OffLimitsCompany, pk)
        off_limits.restore(row=row, by=self.actor)
        return Response(OffLimitsRow(row).data)
