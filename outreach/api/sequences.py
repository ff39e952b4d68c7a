"""Sequences, their steps and the people in them, for machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import one_of, uuid_of
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.api.known import known_mailbox, known_member
from outreach.api.topics import known_topic
from outreach.choices import EnrolmentState, WindowZone
from outreach.models import Enrolment, Sequence
from outreach.models.sequences import WEEK
from outreach.services import overview, senders, sequences, steps
from outreach.services.clock import database_now
from outreach.services.steps import NotReady
from talent.models import Segment

WINDOW = ("window_zone", "fixed_zone", "window_start_hour", "window_end_hour")


class SequenceSerializer(StrictSerializer, serializers.ModelSerializer[Sequence]):
    """A sequence; `problems` are what keeps it from being activated.

    Where `sender_choice` finds nobody, `sender` writes; without a `mailbox` mails leave from the sender's own, or the
    main one.
    """

    topic = serializers.UUIDField(source="topic_id", allow_null=True, required=False)
    sender = serializers.UUIDField(source="sender_id", allow_null=True, required=False)
    mailbox = serializers.UUIDField(source="mailbox_id", allow_null=True, required=False)
    problems = serializers.SerializerMethodField()

    class Meta:
        model = Sequence
        fields = [
            "id",
            "name",
            "status",
            "topic",
            "sender_choice",
            "sender",
            "mailbox",
            "priority",
            "hold_out_percent",
            "sender_name",
            "stops_on_reply",
            "pauses_on_auto_reply",
            "tracks_opens",
            "tracks_clicks",
            "weekdays",
            "window_start_hour",
            "window_end_hour",
            "window_zone",
            "fixed_zone",
            "skips_holidays",
            "on_leaving",
            "re_entry",
            "re_entry_days",
            "version",
            "draft",
            "problems",
            "created_at",
            "archived_at",
        ]
        read_only_fields = ["id", "status", "version", "draft", "created_at", "archived_at"]
        validators: list[Any] = []

    def validate_topic(self, value: UUID | None) -> UUID | None:
        return known_topic(value)

    def validate_sender(self, value: UUID | None) -> UUID | None:
        return known_member(value)

    def validate_mailbox(self, value: UUID | None) -> UUID | None:
        return known_mailbox(value)

    def validate_weekdays(self, value: list[int]) -> list[int]:
        if not set(value) <= set(WEEK):
            raise serializers.ValidationError("Days are numbers from 1 (Monday) to 7.")
        return sorted(set(value))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        asked = {name: getattr(self.instance or Sequence(), name) for name in WINDOW} | attrs
        if asked["window_zone"] == WindowZone.FIXED and not asked["fixed_zone"]:
            raise serializers.ValidationError({"fixed_zone": ["Choose the time zone that is meant."]})
        start, end = asked["window_start_hour"], asked["window_end_hour"]
        if start is not None and end is not None and end <= start:
            raise serializers.ValidationError({"window_end_hour": ["This must be later than the start."]})
        return attrs

    def validate_fixed_zone(self, value: str) -> str:
        if value and value not in available_timezones():
            raise serializers.ValidationError("This is no IANA time zone.")
        return value

    def get_problems(self, sequence: Sequence) -> list[str]:
        return [str(problem) for problem in steps.problems(sequence)]


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    """A person in a sequence."""

    candidate = serializers.UUIDField(source="candidate_id")
    name = serializers.CharField(source="candidate.name")
    skipped_words = serializers.SerializerMethodField(help_text="Why the last text message did not go, in lists.")

    class Meta:
        model = Enrolment
        fields = [
            "id",
            "candidate",
            "name",
            "state",
            "stop_reason",
            "paused_until",
            "outside_since",
            "next_due_at",
            "waiting_for",
            "enrolled_at",
            "ended_at",
            "goal_reached_at",
            "skipped_words",
        ]

    def get_skipped_words(self, enrolment: Enrolment) -> str:
        return getattr(enrolment, "skipped_words", None) or ""


class EnrolRequestSerializer(StrictSerializer):
    """Who to put in: a segment, or people by key."""

    segment = serializers.UUIDField(required=False)
    candidates = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)
    dry_run = serializers.BooleanField(default=False, help_text="Only say who would get it.")


class ExcludedSerializer(serializers.Serializer[Any]):
    """One person who is left out."""

    candidate_id = serializers.UUIDField()
    reason = serializers.CharField()
    words = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    """Who gets the sequence, who of them waits first or asks for care (no `reason`), and who is left out."""

    enrolled = serializers.ListField(child=serializers.UUIDField())
    waiting = ExcludedSerializer(many=True)
    careful = ExcludedSerializer(many=True)
    excluded = ExcludedSerializer(many=True)
    contacts = serializers.IntegerField(help_text="Mails of the sequence to all who are enrolled together, at most.")
    filled = serializers.ListField(
        child=serializers.UUIDField(), help_text="With their first mail they have had all that the rules allow."
    )


def ready(call: Callable[[], Any]) -> Any:
    """Run a service; what it refuses is a mistake of the request."""
    try:
        return call()
    except sequences.NameTaken as error:
        raise ValidationError({"name": [str(error)]}) from error
    except NotReady as error:
        raise ValidationError({"detail": str(error)}) from error


class SequenceList(TenantAPIView):
    """All sequences; a new one, a draft with one empty mail."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=SequenceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(SequenceSerializer(Sequence.objects.all(), many=True).data)

    @extend_schema(request=SequenceSerializer, responses={201: SequenceSerializer})
    def post(self, request: Request) -> Response:
        values = SequenceSerializer(data=request.data).sent()
        name = values.pop("name")
        sender = senders.member_of(self.actor)
        sequence = ready(lambda: sequences.create(name=name, by=self.actor, sender=sender))
        if values:
            sequence = sequences.change(sequence=sequence, values=values, by=self.actor)
        return Response(SequenceSerializer(sequence).data, status=201)


class SequenceDetail(TenantAPIView):
    """One sequence."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "PATCH": Permission.OUTREACH_EDIT}

    @extend_schema(responses=SequenceSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(SequenceSerializer(load(Sequence, pk)).data)

    @extend_schema(request=SequenceSerializer, responses=SequenceSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        sequence = load(Sequence, pk)
        values = SequenceSerializer(sequence, data=request.data, partial=True).sent()
        changed = ready(lambda: sequences.change(sequence=sequence, values=values, by=self.actor))
        return Response(SequenceSerializer(changed).data)


class SequenceActivate(TenantAPIView):
    """Lets a sequence send."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=SequenceSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, now = load(Sequence, pk), database_now()
        started = ready(lambda: sequences.activate(sequence=sequence, by=self.actor, now=now))
        return Response(SequenceSerializer(started).data)


class SequencePause(TenantAPIView):
    """Holds everything that a sequence has planned."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=SequenceSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        paused = sequences.pause(sequence=load(Sequence, pk), by=self.actor, now=database_now())
        return Response(SequenceSerializer(paused).data)


class EnrolmentList(TenantAPIView):
    """Who is in a sequence, the newest first, 50 at a time; putting people in."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_SEND}

    @extend_schema(
        parameters=[OpenApiParameter("after", OpenApiTypes.UUID), OpenApiParameter("state")],
        responses=EnrolmentSerializer(many=True),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        after, state = uuid_of(request, "after"), one_of(request, "state", EnrolmentState.values)
        rows = overview.people_of(load(Sequence, pk), state=state, after=after)
        return Response(EnrolmentSerializer(rows[: overview.PAGE], many=True).data)

    @extend_schema(request=EnrolRequestSerializer, responses=ReportSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, asked = load(Sequence, pk), EnrolRequestSerializer(data=request.data).sent()
        segment = load(Segment, asked["segment"]) if asked.get("segment") else None
        ids = sequences.people_of(segment) if segment else asked.get("candidates", [])
        now = database_now()
        if asked["dry_run"]:
            report = ready(lambda: sequences.check(sequence=sequence, candidate_ids=ids, now=now))
        else:
            report = ready(
                lambda: sequences.enrol(sequence=sequence, candidate_ids=ids, by=self.actor, now=now, segment=segment)
            )
        return Response(ReportSerializer(report).data)


class EnrolmentStop(TenantAPIView):
    """Takes a person out of a sequence."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=EnrolmentSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        enrolment = load(overview.enrolments_with_person(), pk)
        sequences.take_out(enrolment=enrolment, by=self.actor, now=database_now())
        enrolment.refresh_from_db()
        return Response(EnrolmentSerializer(enrolment).data)
