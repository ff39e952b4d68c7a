"""Broadcasts for machines: words, audience, time; sending off, approval, holding, ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.actors import Actor
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from outreach.api.known import known_mailbox, known_member
from outreach.api.messages import SumsSerializer
from outreach.api.reach import ReachStepSerializer
from outreach.api.topics import known_topic
from outreach.choices import BroadcastTime
from outreach.models import Broadcast
from outreach.services import audiences, broadcast_overview, broadcasts, sums
from outreach.services.broadcasts import NameTaken, NotReady, OwnApproval, Sources
from outreach.services.clock import database_now
from outreach.services.overview import LedgerFilter
from talent.models import Segment, TalentPool


class BroadcastSerializer(StrictSerializer, serializers.ModelSerializer[Broadcast]):
    """A broadcast. `problems` keep it from being sent off; `asked_for` is why a second person must approve it.

    `time` is at_once, at (the moment `goes_at`) or morning (of the day of `goes_at`, where each person lives).
    """

    topic = serializers.UUIDField(source="topic_id", allow_null=True, required=False)
    sender = serializers.UUIDField(source="sender_id", allow_null=True, required=False)
    mailbox = serializers.UUIDField(source="mailbox_id", allow_null=True, required=False)
    problems = serializers.SerializerMethodField()
    segments = serializers.ListField(child=serializers.UUIDField(), write_only=True, required=False)
    pools = serializers.ListField(child=serializers.UUIDField(), write_only=True, required=False)
    not_segments = serializers.ListField(child=serializers.UUIDField(), write_only=True, required=False)
    not_pools = serializers.ListField(child=serializers.UUIDField(), write_only=True, required=False)
    audience = serializers.SerializerMethodField()

    class Meta:
        model = Broadcast
        words: ClassVar[list[str]] = ["name", "topic", "subject", "body"]
        senders: ClassVar[list[str]] = ["sender_choice", "sender", "sender_name", "mailbox"]
        counts: ClassVar[list[str]] = ["time", "goes_at", "priority", "days_open", "tracks_opens", "tracks_clicks"]
        sources: ClassVar[list[str]] = ["segments", "pools", "not_segments", "not_pools"]
        freezing: ClassVar[list[str]] = ["people", "expected", "frozen_at"]
        read_only_fields = ["id", "status", *freezing, "started_at", "asked_for", "created_at"]
        fields = [*read_only_fields, *words, *senders, *counts, *sources, "audience", "problems"]
        validators: list[Any] = []

    def get_problems(self, broadcast: Broadcast) -> list[str]:
        return broadcasts.problems(broadcast, database_now()) if broadcast.is_draft else []

    @extend_schema_field(serializers.DictField(child=serializers.ListField(child=serializers.UUIDField())))
    def get_audience(self, broadcast: Broadcast) -> dict[str, list[UUID]]:
        found: dict[str, list[UUID]] = {name: [] for name in self.Meta.sources}
        for row in audiences.sources_of(broadcast):
            name, key = ("segments", row.segment_id) if row.segment_id else ("pools", row.pool_id)
            found[f"not_{name}" if row.is_excluded else name] += [key] if key else []
        return found

    def validate_topic(self, value: UUID | None) -> UUID | None:
        return known_topic(value)

    def validate_sender(self, value: UUID | None) -> UUID | None:
        return known_member(value)

    def validate_mailbox(self, value: UUID | None) -> UUID | None:
        return known_mailbox(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        before = self.instance or Broadcast()
        said = {name: attrs.get(name, getattr(before, name)) for name in ("time", "goes_at")}
        if said["time"] != BroadcastTime.AT_ONCE and said["goes_at"] is None:
            raise serializers.ValidationError({"goes_at": ["Say when."]})
        return attrs


class ForecastSerializer(serializers.Serializer[Any]):
    """Whom it would reach now: `audience` people, less the steps; why a second person must approve."""

    audience = serializers.IntegerField(source="reach.matched")
    taken_out = serializers.IntegerField(source="audience.taken_out")
    judged = serializers.IntegerField(source="reach.judged")
    steps = ReachStepSerializer(source="reach.steps", many=True)
    receives = serializers.IntegerField(source="reach.receives")
    approval = serializers.ListField(child=serializers.CharField())


class SendBackSerializer(StrictSerializer):
    """What should change."""

    words = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


SOURCES: dict[str, type[Segment | TalentPool]] = {
    "segments": Segment,
    "pools": TalentPool,
    "not_segments": Segment,
    "not_pools": TalentPool,
}


def _named(model: Any, keys: list[UUID], field: str) -> list[Any]:
    found = list(model.objects.filter(pk__in=keys))
    if len(found) != len(set(keys)):
        raise ValidationError({field: ["One of these is not there."]})
    return found


def _sources(values: dict[str, Any]) -> Sources | None:
    """The audience that was sent, taken out of the values; None where none was."""
    sent = {name: values.pop(name) for name in SOURCES if name in values}
    return Sources(**{f: _named(SOURCES[f], keys, f) for f, keys in sent.items()}) if sent else None


def _save(view: TenantAPIView, request: Request, broadcast: Broadcast | None) -> Response:
    serializer = BroadcastSerializer(broadcast, data=request.data, partial=broadcast is not None)
    serializer.is_valid(raise_exception=True)
    values = dict(serializer.validated_data)
    sources = _sources(values)
    try:
        author = member_of(view.actor)
        row = broadcasts.save(values=values, sources=sources, by=view.actor, broadcast=broadcast, author=author)
    except NameTaken as error:
        raise ValidationError({"name": [str(error)]}) from error
    except NotReady as error:
        raise ValidationError({"detail": str(error)}) from error
    return Response(BroadcastSerializer(row).data, status=200 if broadcast else 201)


def member_of(actor: Actor) -> Member | None:
    """The colleague behind a request; None for an API key."""
    return Member.objects.filter(pk=actor.member_id).first() if actor.member_id else None


class BroadcastList(TenantAPIView):
    """All broadcasts, the newest first; a new draft."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=BroadcastSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = [row.broadcast for row in broadcast_overview.rows()]
        return Response(BroadcastSerializer(rows, many=True).data)

    @extend_schema(request=BroadcastSerializer, responses={201: BroadcastSerializer})
    def post(self, request: Request) -> Response:
        return _save(self, request, None)


class BroadcastDetail(TenantAPIView):
    """One broadcast. It changes, and can be deleted, while it is a draft."""

    permissions = {
        "GET": Permission.OUTREACH_VIEW,
        "PATCH": Permission.OUTREACH_EDIT,
        "DELETE": Permission.OUTREACH_EDIT,
    }

    @extend_schema(responses=BroadcastSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(BroadcastSerializer(load(Broadcast, pk)).data)

    @extend_schema(request=BroadcastSerializer, responses=BroadcastSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        return _save(self, request, load(Broadcast, pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            broadcasts.delete(broadcast=load(Broadcast, pk), by=self.actor)
        except NotReady as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)


class BroadcastCopy(TenantAPIView):
    """A new draft with the same words and audience."""

    permissions = {"POST": Permission.OUTREACH_EDIT}

    @extend_schema(operation_id="broadcast_copy", request=None, responses={201: BroadcastSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        row, author = load(Broadcast, pk), member_of(self.actor)
        return Response(BroadcastSerializer(broadcasts.copy(broadcast=row, by=self.actor, author=author)).data, 201)


class BroadcastReach(TenantAPIView):
    """Whom it would reach now, and why not the others."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=ForecastSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        broadcast = load(broadcast_overview.with_all(), pk)
        return Response(ForecastSerializer(broadcast_overview.forecast(broadcast, database_now())).data)


class BroadcastSums(TenantAPIView):
    """The counts of its ledger, which always add up."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=SumsSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        rows = LedgerFilter(broadcast_id=load(Broadcast, pk).pk).everything()
        return Response(SumsSerializer(sums.of(rows)).data)


def _acted(act: Callable[[], object], pk: UUID) -> Response:
    """Do it, and answer with the broadcast as it stands then."""
    try:
        act()
    except OwnApproval as error:
        raise PermissionDenied(str(error)) from error
    except NotReady as error:
        raise ValidationError({"detail": str(error)}) from error
    return Response(BroadcastSerializer(load(Broadcast, pk)).data)


class BroadcastSubmit(TenantAPIView):
    """Send it off: the audience is frozen; it starts, or waits for a second person.

    A large audience is frozen in the background: `status` is freezing until then, and `people` grows to `expected` at
    most. Sending it back ends that.
    """

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=BroadcastSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        row, member = load(Broadcast, pk), member_of(self.actor)
        return _acted(lambda: broadcasts.submit(broadcast=row, member=member, by=self.actor, now=database_now()), pk)


class BroadcastApprove(TenantAPIView):
    """A second person lets it go: a colleague, never a key."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=BroadcastSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        row, member = load(Broadcast, pk), member_of(self.actor)
        if member is None:
            raise PermissionDenied("A colleague approves a broadcast, not a key.")
        return _acted(lambda: broadcasts.approve(broadcast=row, member=member, by=self.actor, now=database_now()), pk)


class BroadcastSendBack(TenantAPIView):
    """It becomes a draft again, also while its audience is being frozen."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=SendBackSerializer, responses=BroadcastSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        said = SendBackSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        row, words = load(Broadcast, pk), said.validated_data["words"]
        return _acted(lambda: broadcasts.send_back(broadcast=row, by=self.actor, words=words), pk)


class BroadcastPause(TenantAPIView):
    """Hold what has not left."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=BroadcastSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        row = load(Broadcast, pk)
        return _acted(lambda: broadcasts.pause(broadcast=row, by=self.actor, now=database_now()), pk)


class BroadcastResume(TenantAPIView):
    """Let the rest go."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=BroadcastSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        row = load(Broadcast, pk)
        return _acted(lambda: broadcasts.resume(broadcast=row, by=self.actor, now=database_now()), pk)


class BroadcastCancel(TenantAPIView):
    """End it: whoever has not got it does not get it."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=BroadcastSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        row = load(Broadcast, pk)
        return _acted(lambda: broadcasts.cancel(broadcast=row, by=self.actor, now=database_now()), pk)
