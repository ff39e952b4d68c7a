"""How mailboxes are paced, and the days off, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.forms.pace import countries_or_all, pace_problem
from outreach.models import DayOff, Mailbox
from outreach.services import days_off, mailboxes, pace_words
from outreach.services.clock import database_now


class PaceSerializer(StrictSerializer, serializers.ModelSerializer[Mailbox]):
    """How much and how fast a mailbox sends. `today` is where it stands against its cap now, in words."""

    today = serializers.SerializerMethodField()

    class Meta:
        model = Mailbox
        fields = ["id", "from_address", *mailboxes.PACE, "today"]
        read_only_fields = ["id", "from_address"]
        validators: list[Any] = []

    def get_today(self, mailbox: Mailbox) -> str:
        return str(pace_words.today(mailbox, database_now()))

    def validate_time_zone(self, value: str) -> str:
        if value and value not in available_timezones():
            raise serializers.ValidationError("This is no IANA time zone.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        asked = {name: getattr(self.instance, name) for name in mailboxes.PACE} | attrs
        if problem := pace_problem(asked):
            raise serializers.ValidationError({problem[0]: [problem[1]]})
        return attrs


class MailboxPace(TenantAPIView):
    """The pace of a mailbox; PATCH changes what is named."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "PATCH": Permission.TENANT_MANAGE}

    @extend_schema(responses=PaceSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PaceSerializer(load(Mailbox, pk)).data)

    @extend_schema(request=PaceSerializer, responses=PaceSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        mailbox = load(Mailbox, pk)
        said = PaceSerializer(mailbox, data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        stored = load(Mailbox, pk)
        return Response(
            PaceSerializer(mailboxes.set_pace(mailbox=stored, values=said.validated_data, by=self.actor)).data
        )


class DayOffSerializer(StrictSerializer, serializers.ModelSerializer[DayOff]):
    """A day on which no mail of a sequence goes; `is_open`: a public holiday on which they do. No `country`: all."""

    class Meta:
        model = DayOff
        fields = ["id", "day", "country", "name", "is_open"]
        read_only_fields = ["id"]
        validators: list[Any] = []

    def validate_country(self, value: str) -> str:
        if value not in dict(countries_or_all()):
            raise serializers.ValidationError("An ISO 3166-1 alpha-2 code, or nothing.")
        return value


class DaysOff(TenantAPIView):
    """What the workspace adds to the public holidays, or takes out of them."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.TENANT_MANAGE}

    @extend_schema(responses=DayOffSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(DayOffSerializer(DayOff.objects.all(), many=True).data)

    @extend_schema(request=DayOffSerializer, responses={201: DayOffSerializer})
    def post(self, request: Request) -> Response:
        said = DayOffSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            row = days_off.add(**said.validated_data, by=self.actor)
        except days_off.NotADayOff as error:
            raise ValidationError({"day": [str(error)]}) from error
        return Response(DayOffSerializer(row).data, status=201)


class DayOffDetail(TenantAPIView):
    """One such day."""

    permissions = {"DELETE": Permission.TENANT_MANAGE}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        days_off.remove(key=load(DayOff, pk).pk, by=self.actor)
        return Response(status=204)
