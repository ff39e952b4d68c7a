"""Meetings, for machines: a calendar tells of them here."""

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
from crm.permissions import Permission
from inbox.choices import MeetingState
from inbox.models import Meeting
from inbox.services import meetings
from inbox.services.meetings import Booking, NotAMeeting, NotYetOver
from talent.api.shapes import OwnedField
from talent.models import Candidate

MOST = 200


class MeetingRow(serializers.Serializer[Any]):
    """A meeting with a person. Held, it counts as a contact of both sides at its end: `touchpoint_id`."""

    id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    member_id = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    booked_at = serializers.DateTimeField()
    booked_by = serializers.CharField()
    state = serializers.ChoiceField(MeetingState.choices)
    touchpoint_id = serializers.UUIDField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    uid = serializers.CharField()


class MeetingIn(StrictSerializer):
    """A meeting that was booked. `source` and `uid` name it in its calendar: told again, it is the same one."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    member_id = OwnedField(Member, help_text="Who meets them.")
    booked_by = serializers.ChoiceField(["candidate", "member"], required=False, default="candidate")
    source = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")  # type: ignore[assignment]
    uid = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")

    def booking(self) -> Booking:
        said = self.sent()
        by_candidate = said.pop("booked_by") == "candidate"
        try:
            return Booking(member=said.pop("member_id", None), by_candidate=by_candidate, **said)
        except NotAMeeting as error:
            raise ValidationError({"ends_at": [str(error)]}) from error


class MeetingChange(StrictSerializer):
    """Other times, both of them; or what became of it."""

    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    state = serializers.ChoiceField(MeetingState.choices, required=False, help_text="Held, missed or cancelled.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("starts_at" in attrs) != ("ends_at" in attrs):
            raise ValidationError({"ends_at": ["Send both times."]})
        if attrs.get("state") == MeetingState.BOOKED:
            raise ValidationError({"state": ["Send new times: it is then booked again."]})
        return attrs


class MeetingList(TenantAPIView):
    """Meetings with a person, the latest first, the last 200."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "POST": Permission.CANDIDATE_EDIT}

    @extend_schema(responses=MeetingRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MeetingRow(meetings.of(load(Candidate, pk))[:MOST], many=True).data)

    @extend_schema(request=MeetingIn, responses={201: MeetingRow})
    def post(self, request: Request, pk: UUID) -> Response:
        """Sequences that stop on a reply stop, goals are reached, automation runs. Told again, it is moved at most."""
        candidate, booking = load(Candidate, pk), MeetingIn(data=request.data).booking()
        row = meetings.book(candidate=candidate, booking=booking, by=self.actor, now=timezone.now())
        return Response(MeetingRow(row).data, status=201)


class MeetingDetail(TenantAPIView):
    """One meeting."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "PATCH": Permission.CANDIDATE_EDIT}

    @extend_schema(responses=MeetingRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MeetingRow(load(Meeting, pk)).data)

    @extend_schema(request=MeetingChange, responses=MeetingRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Move it, or say what became of it. Without a word it counts as held once its end has come."""
        row, said, now = load(Meeting, pk), MeetingChange(data=request.data).sent(), timezone.now()
        state = said.pop("state", None)
        try:
            row = meetings.move(meeting=row, by=self.actor, now=now, **said) if said else row
            row = meetings.settle(meeting=row, state=state, by=self.actor, now=now) if state else row
        except NotAMeeting as error:
            raise ValidationError({"ends_at": [str(error)]}) from error
        except NotYetOver as error:
            raise ValidationError({"state": [str(error)]}) from error
        return Response(MeetingRow(row).data)
