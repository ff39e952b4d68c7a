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
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.api.known import known_mailbox, known_member
from outreach.api.topics import known_topic
from outreach.choices import StepKind, WindowZone
from outreach.forms.steps import FORMS, StepForm, form_of
from outreach.models import Enrolment, MessageTemplate, Sequence, SequenceStep
from outreach.models.sequences import WEEK
from outreach.services import overview, senders, sequences, steps
from outreach.services.clock import database_now
from outreach.services.steps import NotReady
from talent.models import Segment
from talent.views.paging import read_key

WINDOW = ("window_zone", "fixed_zone", "window_start_hour", "window_end_hour")


class SequenceSerializer(serializers.ModelSerializer[Sequence]):
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


class StepSerializer(serializers.ModelSerializer[SequenceStep]):
    """A step. `branch` and `arm` (yes, no) say where it stands; `settings` are what its page asks for.

    A mail has a `template`, or `subject` and `body`: both at once are refused. Settings: call, linkedin, task: member,
    days; wait_until: weekday (0 is Monday) or date, hour, or when, segment, days; branch: when, segment, days; goal:
    when (segment, booked), segment; webhook: url; update: act (tag, untag, pool, field, empty), and what that needs of
    tag, pool, field (own ones as `custom.<key>`) and value; notify: member.
    """

    template = serializers.UUIDField(source="template_id", allow_null=True, required=False)
    sender = serializers.UUIDField(
        source="sender_id", allow_null=True, required=False, help_text="Who writes the mail."
    )
    branch = serializers.UUIDField(source="parent_id", allow_null=True, required=False)
    settings = serializers.DictField(required=False)

    class Meta:
        model = SequenceStep
        fields = [
            "id",
            "version",
            "branch",
            "arm",
            "position",
            "kind",
            "template",
            "subject",
            "body",
            "sender",
            "same_thread",
            "needs_review",
            "wait_days",
            "wait_hours",
            "settings",
        ]
        read_only_fields = ["id", "version", "position"]
        validators: list[Any] = []

    def validate_sender(self, value: UUID | None) -> UUID | None:
        return known_member(value)

    def validate_template(self, value: UUID | None) -> UUID | None:
        if value is not None and not MessageTemplate.objects.visible().filter(pk=value).exists():
            raise serializers.ValidationError("There is no such template.")
        return value


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


class EnrolRequestSerializer(serializers.Serializer[Any]):
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


def _shown(sequence: Sequence) -> list[SequenceStep]:
    """Those of the draft, where there is one."""
    return steps.steps_of(sequence, sequence.shown_version)


def _checked(serializer: serializers.BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def _settled(step: SequenceStep, values: dict[str, Any], role: str) -> dict[str, Any]:
    """The values with their settings as the step's page would take them from somebody of that role."""
    given = values.pop("settings", None)
    if given is None or not issubclass(FORMS[step.kind], StepForm):
        return values
    form = form_of(step, {"subject": step.subject, "body": step.body, **values, **given}, role=role)
    if not form.is_valid():
        raise ValidationError({"settings": form.errors})
    return {**values, "settings": form.values()["settings"]}


def _place(values: dict[str, Any], sequence: Sequence) -> dict[str, Any]:
    """Where a new step stands, taken out of its values."""
    key, arm = values.pop("parent_id", None), values.pop("arm", "")
    parent = SequenceStep.objects.filter(sequence=sequence, kind=StepKind.BRANCH, pk=key).first() if key else None
    if bool(key or arm) and (parent is None or not arm):
        raise ValidationError({"branch": "A branch of this sequence, and its arm: yes or no."})
    return {"parent": parent, "arm": arm}


def _ready(call: Callable[[], Any]) -> Any:
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
        values = _checked(SequenceSerializer(data=request.data))
        name = values.pop("name")
        sender = senders.member_of(self.actor)
        sequence = _ready(lambda: sequences.create(name=name, by=self.actor, sender=sender))
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
        values = _checked(SequenceSerializer(sequence, data=request.data, partial=True))
        changed = _ready(lambda: sequences.change(sequence=sequence, values=values, by=self.actor))
        return Response(SequenceSerializer(changed).data)


class SequenceActivate(TenantAPIView):
    """Lets a sequence send."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=SequenceSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, now = load(Sequence, pk), database_now()
        started = _ready(lambda: sequences.activate(sequence=sequence, by=self.actor, now=now))
        return Response(SequenceSerializer(started).data)


class SequencePause(TenantAPIView):
    """Holds everything that a sequence has planned."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=SequenceSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        paused = sequences.pause(sequence=load(Sequence, pk), by=self.actor, now=database_now())
        return Response(SequenceSerializer(paused).data)


class StepList(TenantAPIView):
    """The steps of a sequence in order; a further one at the end."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=StepSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(StepSerializer(_shown(load(Sequence, pk)), many=True).data)

    @extend_schema(request=StepSerializer, responses={201: StepSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, values = load(Sequence, pk), _checked(StepSerializer(data=request.data))
        kind, place = values.pop("kind", "email"), _place(values, sequence)
        step = _ready(lambda: steps.add(sequence=sequence, kind=kind, by=self.actor, **place))
        changed = _ready(lambda: steps.change(step=step, values=_settled(step, values, self.role), by=self.actor))
        return Response(StepSerializer(changed).data, status=201)


class StepDetail(TenantAPIView):
    """One step."""

    permissions = {"PATCH": Permission.OUTREACH_EDIT, "DELETE": Permission.OUTREACH_EDIT}

    @extend_schema(request=StepSerializer, responses=StepSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        step = load(SequenceStep, pk)
        values = _checked(StepSerializer(step, data=request.data, partial=True))
        for name in ("kind", "parent_id", "arm"):
            values.pop(name, None)
        changed = _ready(lambda: steps.change(step=step, values=_settled(step, values, self.role), by=self.actor))
        return Response(StepSerializer(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        step = load(overview.steps_with_sequence(), pk)
        steps.remove(step=step, by=self.actor, now=database_now())
        return Response(status=204)


class EnrolmentList(TenantAPIView):
    """Who is in a sequence, the newest first, 50 at a time; putting people in."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_SEND}

    @extend_schema(
        parameters=[OpenApiParameter("after", OpenApiTypes.UUID), OpenApiParameter("state")],
        responses=EnrolmentSerializer(many=True),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        after, state = read_key(request.query_params.get("after", "")), request.query_params.get("state", "")
        rows = overview.people_of(load(Sequence, pk), state=state, after=after)
        return Response(EnrolmentSerializer(rows[: overview.PAGE], many=True).data)

    @extend_schema(request=EnrolRequestSerializer, responses=ReportSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        sequence, asked = load(Sequence, pk), _checked(EnrolRequestSerializer(data=request.data))
        segment = load(Segment, asked["segment"]) if asked.get("segment") else None
        ids = sequences.people_of(segment) if segment else asked.get("candidates", [])
        now = database_now()
        if asked["dry_run"]:
            report = _ready(lambda: sequences.check(sequence=sequence, candidate_ids=ids, now=now))
        else:
            report = _ready(
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
