"""Segments for machines: list, make, change, delete, members, preview, and why a person is in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import uuid_of
from crm.api.strict import StrictSerializer
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.filters import catalogue
from talent.filters.tree import RuleError
from talent.models import Candidate, Segment
from talent.services import segment_history, segment_previews, segments

PAGE = 100


class SegmentSerializer(StrictSerializer, serializers.ModelSerializer[Segment]):
    """A segment; `rule` is a filter tree, `size` and `refreshed_at` are kept by the system."""

    rule = serializers.JSONField(help_text='{"all": [...]}, {"any": [...]}, {"not": ...} or {"field", "op", "value"}')

    class Meta:
        model = Segment
        fields = ["id", "name", "description", "rule", "size", "refreshed_at", "refresh_ms", "created_at", "updated_at"]
        read_only_fields = ["id", "size", "refreshed_at", "refresh_ms", "created_at", "updated_at"]
        validators: list[Any] = []


class RuleSerializer(StrictSerializer):
    """A rule that is not saved; with `segment`, whom colleagues placed in or out of that one by hand counts as well."""

    rule = serializers.JSONField()
    segment = serializers.UUIDField(required=False, allow_null=True)


class PersonSerializer(serializers.Serializer[Any]):
    """A person in a list."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    headline = serializers.CharField()


class SegmentMemberSerializer(serializers.Serializer[Any]):
    """A person's place in a segment."""

    candidate = PersonSerializer()
    entered_at = serializers.DateTimeField()
    entered_by = serializers.CharField()


class PastMemberSerializer(serializers.Serializer[Any]):
    """A person's place in a segment, with its end."""

    candidate = PersonSerializer()
    entered_at = serializers.DateTimeField()
    entered_by = serializers.CharField()
    left_at = serializers.DateTimeField(allow_null=True)
    left_by = serializers.CharField()


class UseSerializer(serializers.Serializer[Any]):
    """Something that rests on a segment."""

    kind = serializers.CharField()
    name = serializers.CharField()
    key = serializers.UUIDField()


class SegmentMembersSerializer(serializers.Serializer[Any]):
    """A page of members; `next` is the `after` of the following page."""

    results = SegmentMemberSerializer(many=True)
    next = serializers.UUIDField(allow_null=True)


class PartSerializer(serializers.Serializer[Any]):
    """One condition that must hold: how many it finds alone, and how many are left after all before it."""

    text = serializers.CharField()
    alone = serializers.IntegerField(allow_null=True)
    here = serializers.IntegerField(allow_null=True)
    empties = serializers.BooleanField()


class DiffSerializer(serializers.Serializer[Any]):
    """Whom a new rule would bring and take away (20 people each), and what rests on the segment."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    joining = PersonSerializer(many=True)
    leaving = PersonSerializer(many=True)
    uses = UseSerializer(many=True)


class ThenSerializer(serializers.Serializer[Any]):
    """A segment as it was at a moment, the people known last first."""

    at = serializers.DateTimeField()
    size = serializers.IntegerField()
    people = PastMemberSerializer(many=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """What a rule finds: the count is exact unless `capped`."""

    count = serializers.IntegerField()
    capped = serializers.BooleanField()
    sentence = serializers.CharField()
    samples = PersonSerializer(many=True)
    looked_at = serializers.IntegerField(help_text="People whose rows were read to count.")
    milliseconds = serializers.FloatField()
    parts = PartSerializer(many=True)


class VerdictSerializer(serializers.Serializer[Any]):
    """A node of a rule with its answer; `nodes` holds further ones."""

    text = serializers.CharField()
    matches = serializers.BooleanField()
    actual = serializers.CharField()
    nodes = serializers.ListField(child=serializers.DictField())


def rule_errors(error: RuleError) -> ValidationError:
    return ValidationError({"rule": [{"path": p.path, "message": p.message} for p in error.problems]})


def sent(request: Request, *, partial: bool = False) -> dict[str, Any]:
    """The checked body of a request that makes or changes a segment; with `partial`, what it names alone."""
    serializer = SegmentSerializer(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class SegmentList(TenantAPIView):
    """All segments; a new one."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "POST": Permission.SEGMENT_EDIT}

    @extend_schema(responses=SegmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(SegmentSerializer(Segment.objects.all(), many=True).data)

    @extend_schema(request=SegmentSerializer, responses={201: SegmentSerializer})
    def post(self, request: Request) -> Response:
        try:
            segment = segments.create(by=self.actor, now=timezone.now(), **sent(request))
        except RuleError as error:
            raise rule_errors(error) from error
        except segments.NameTaken as error:
            raise ValidationError({"name": [str(error)]}) from error
        except segment_previews.TooSlow as error:
            raise ValidationError({"rule": [{"path": "", "message": str(error)}]}) from error
        return Response(SegmentSerializer(segment).data, status=201)


class SegmentDetail(VersionedAPIView):
    """One segment."""

    permissions = {
        "GET": Permission.CANDIDATE_VIEW,
        "PUT": Permission.SEGMENT_EDIT,
        "PATCH": Permission.SEGMENT_EDIT,
        "DELETE": Permission.SEGMENT_EDIT,
    }
    kept_by_system = ("size", "refreshed_at", "refresh_ms", "updated_at")

    @extend_schema(responses=SegmentSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(SegmentSerializer(load(Segment, pk)).data)

    @extend_schema(request=SegmentSerializer, responses=SegmentSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        return self._update(load(Segment, pk), sent(request))

    @extend_schema(request=SegmentSerializer(partial=True), responses=SegmentSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        """What is left out stays, whoever changed it meanwhile."""
        segment = load(Segment, pk)
        now = {name: getattr(segment, name) for name in ("name", "description", "rule")}
        return self._update(segment, now | sent(request, partial=True))

    def _update(self, segment: Segment, said: dict[str, Any]) -> Response:
        try:
            segments.update(segment=segment, by=self.actor, now=timezone.now(), **said)
        except RuleError as error:
            raise rule_errors(error) from error
        except segments.NameTaken as error:
            raise ValidationError({"name": [str(error)]}) from error
        except segment_previews.TooSlow as error:
            raise ValidationError({"rule": [{"path": "", "message": str(error)}]}) from error
        return Response(SegmentSerializer(segment).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            segments.delete(segment=load(Segment, pk), by=self.actor)
        except segments.SegmentInUse as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)


class SegmentMembers(TenantAPIView):
    """Who is in a segment now, the people known last first, PAGE at a time."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(parameters=[OpenApiParameter("after", OpenApiTypes.UUID)], responses=SegmentMembersSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        start = uuid_of(request, "after")
        rows = segments.members(segment=load(Segment, pk), after=start, limit=PAGE + 1)
        following = rows[PAGE - 1].candidate_id if len(rows) > PAGE else None
        return Response(SegmentMembersSerializer({"results": rows[:PAGE], "next": following}).data)


class SegmentPreview(TenantAPIView):
    """What a rule would find, without saving anything."""

    permissions = {"POST": Permission.CANDIDATE_VIEW}

    @extend_schema(request=RuleSerializer, responses=PreviewSerializer)
    def post(self, request: Request) -> Response:
        body, now = RuleSerializer(data=request.data), timezone.now()
        body.is_valid(raise_exception=True)
        try:
            rule = catalogue.parse(body.validated_data["rule"])
            key = body.validated_data.get("segment")
            found = segment_previews.count_and_samples(rule=rule, now=now, segment=load(Segment, key) if key else None)
        except RuleError as error:
            raise rule_errors(error) from error
        except segment_previews.TooSlow as error:
            raise ValidationError({"detail": str(error)}) from error
        facts = {"capped": found.is_capped, "sentence": segments.say(rule, now=now)}
        return Response(PreviewSerializer({**vars(found), **facts}).data)


class SegmentDiff(TenantAPIView):
    """What saving a rule would change in a segment, without saving it."""

    permissions = {"POST": Permission.CANDIDATE_VIEW}

    @extend_schema(request=RuleSerializer, responses=DiffSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        segment, body = load(Segment, pk), RuleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            rule = catalogue.parse(body.validated_data["rule"])
            found = segment_previews.diff(segment=segment, rule=rule, now=timezone.now())
        except RuleError as error:
            raise rule_errors(error) from error
        except segment_previews.TooSlow as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(DiffSerializer({**vars(found), "uses": segments.uses_of(segment)}).data)


def _moment(asked: Mapping[str, str], now: datetime) -> datetime:
    """The end of the day `on`, the moment `at`, or now."""
    name = "on" if asked.get("on") else "at"
    try:
        if name == "at":
            return serializers.DateTimeField().to_internal_value(asked["at"]) if asked.get("at") else now
        day = serializers.DateField().to_internal_value(asked["on"])
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error
    if not segment_history.FIRST <= day <= segment_history.LAST:
        raise ValidationError({name: [segment_history.OUT_OF_REACH]})
    return segment_history.end_of(day, now)


class SegmentThen(TenantAPIView):
    """Who was in a segment at the end of a day (`on`), else at a moment (`at`), else now; PAGE at a time."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="Its end, by the workspace's clock."),
            OpenApiParameter("at", OpenApiTypes.DATETIME),
            OpenApiParameter("after", OpenApiTypes.UUID),
        ],
        responses=ThenSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        segment, start = load(Segment, pk), uuid_of(request, "after")
        at = _moment(request.query_params, timezone.now())
        return Response(ThenSerializer(segment_history.then(segment=segment, at=at, after=start, limit=PAGE)).data)


class SegmentExplain(TenantAPIView):
    """Why a person is in a segment or not: a tick or a cross and the actual value at each condition."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(
        parameters=[OpenApiParameter("candidate", OpenApiTypes.UUID, required=True)], responses=VerdictSerializer
    )
    def get(self, request: Request, pk: UUID) -> Response:
        segment, candidate = load(Segment, pk), load(Candidate, uuid_of(request, "candidate"))
        verdict = segments.why(segment=segment, candidate=candidate, now=timezone.now())
        if verdict is None:
            raise ValidationError({"detail": segments.UNREADABLE})
        return Response(asdict(verdict))
