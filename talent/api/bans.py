"""Bans on contact and exceptions from them, for machines."""

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
from crm.permissions import Permission
from talent.choices import BanReason, BanScope, Channel
from talent.models import Candidate, ContactBan, ContactException
from talent.services import contact, off_limits
from talent.services.contact import NotABan, Reach
from talent.services.off_limits import NotOffLimits

Shape = serializers.Serializer[Any]
VIEW, EDIT, MANAGE = Permission.CANDIDATE_VIEW, Permission.CANDIDATE_EDIT, Permission.TENANT_MANAGE
MOST = 200


class BanRow(Shape):
    """A ban on contact. It stands until `until`, or until it is lifted."""

    id = serializers.UUIDField()
    reason = serializers.ChoiceField(BanReason.choices)
    scope = serializers.ChoiceField(BanScope.choices)
    channel = serializers.CharField(help_text="For a ban on one channel.")
    evidence = serializers.CharField()
    banned_at = serializers.DateTimeField()
    banned_by = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = serializers.CharField()


class BanIn(StrictSerializer):
    """A ban to set. `channel` goes with the scope "channel", and only with that."""

    reason = serializers.ChoiceField(BanReason.choices)
    scope = serializers.ChoiceField(BanScope.choices, required=False, default=BanScope.ALL)
    channel = serializers.ChoiceField(Channel.choices, required=False, allow_blank=True, default="")
    evidence = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class BanList(TenantAPIView):
    """The bans on contact with a person, those that were lifted too; one more."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="candidate_bans", responses=BanRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = ContactBan.objects.filter(candidate=load(Candidate, pk))[:MOST]
        return Response(BanRow(rows, many=True).data)

    @extend_schema(request=BanIn, responses={201: BanRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), BanIn(data=request.data).sent()
        reach = Reach(said["scope"], said["channel"], said["until"])
        told = {name: said[name] for name in ("reason", "evidence")}
        try:
            row = contact.ban(candidate=candidate, by=self.actor, now=timezone.now(), reach=reach, **told)
        except NotABan as error:
            raise ValidationError({"until" if reach.until else "channel": [str(error)]}) from error
        return Response(BanRow(row).data, status=201)


class BanDetail(TenantAPIView):
    """One ban: lifting it ends it; it stays in the record."""

    permissions = {"GET": VIEW, "DELETE": EDIT}

    @extend_schema(responses=BanRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(BanRow(load(ContactBan, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        contact.lift_ban(ban=load(ContactBan, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class ExceptionRow(Shape):
    """Leave to write to one person in spite of our own bans and the off-limits list."""

    id = serializers.UUIDField()
    reason = serializers.CharField()
    granted_by = serializers.CharField()
    until = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ExceptionIn(StrictSerializer):
    """An exception to make, for 30 days at most."""

    reason = serializers.CharField(max_length=300)
    until = serializers.DateTimeField()


class ExceptionList(TenantAPIView):
    """The exceptions made for a person; one more. What the person said themselves always holds."""

    permissions = {"GET": VIEW, "POST": MANAGE}

    @extend_schema(operation_id="candidate_exceptions", responses=ExceptionRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = ContactException.objects.filter(candidate=load(Candidate, pk))[:MOST]
        return Response(ExceptionRow(rows, many=True).data)

    @extend_schema(request=ExceptionIn, responses={201: ExceptionRow})
    def post(self, request: Request, pk: UUID) -> Response:
        candidate, said = load(Candidate, pk), ExceptionIn(data=request.data).sent()
        try:
            row = off_limits.except_person(candidate=candidate, by=self.actor, now=timezone.now(), **said)
        except NotOffLimits as error:
            raise ValidationError({"until": [str(error)]}) from error
        return Response(ExceptionRow(row).data, status=201)


class ExceptionDetail(TenantAPIView):
    """One exception: it can be ended before its day."""

    permissions = {"GET": VIEW, "DELETE": MANAGE}

    @extend_schema(responses=ExceptionRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ExceptionRow(load(ContactException, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        off_limits.end_exception(row=load(ContactException, pk), by=self.actor, now=timezone.now())
        return Response(status=204)
