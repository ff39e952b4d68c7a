"""How a segment came to be what it is, for machines: growth, moves, uses, who was in when; ready-made rules."""

from __future__ import annotations

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
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.segments import SegmentSerializer, UseSerializer
from talent.models import Candidate, Segment
from talent.services import segment_growth, segment_history, segment_recipes, segments, silver

Shape = serializers.Serializer[Any]
VIEW = Permission.CANDIDATE_VIEW


class MoveRow(Shape):
    """Somebody who entered (`entered` true) or left, and why in words."""

    candidate_id = serializers.UUIDField()
    name = serializers.CharField()
    entered = serializers.BooleanField()
    at = serializers.DateTimeField()
    cause = serializers.CharField()


class NamedSegment(Shape):
    """A segment by name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class StoryShape(Shape):
    """The last 30 days; `line` is the size at the end of each day, the oldest first."""

    sentence = serializers.CharField(help_text="The rule in words.")
    entered = serializers.IntegerField()
    left = serializers.IntegerField()
    line = serializers.ListField(child=serializers.IntegerField())
    moves = MoveRow(many=True, help_text="The latest twelve.")
    uses = UseSerializer(many=True, help_text="What rests on the segment.")
    rests_on = NamedSegment(many=True, help_text="The segments that its rule names.")


class IntervalRow(Shape):
    """One time that a person was in a segment; `left_at` null: they are in it now."""

    entered_at = serializers.DateTimeField()
    entered_by = serializers.CharField()
    left_at = serializers.DateTimeField(allow_null=True)
    left_by = serializers.CharField()


class RecipeRow(Shape):
    """A rule to begin with."""

    key = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    rule = serializers.JSONField()


class SegmentStory(TenantAPIView):
    """How a segment grew and shrank lately, who came and went, and what rests on it."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="segments_story", responses=StoryShape)
    def get(self, request: Request, pk: UUID) -> Response:
        segment, now = load(Segment, pk), timezone.now()
        growth = segment_growth.of([segment], now=now)[segment.pk]
        told = {
            "sentence": segments.sentence_of(segment, now=now),
            "entered": growth.entered,
            "left": growth.left,
            "line": growth.line,
            "moves": segment_growth.lately(segment=segment, now=now),
            "uses": segments.uses_of(segment),
            "rests_on": segments.used_by(segment),
        }
        return Response(StoryShape(told).data)


class SegmentIntervals(TenantAPIView):
    """Every time that a person was in a segment, the latest first."""

    permissions = {"GET": VIEW}

    @extend_schema(
        operation_id="segments_intervals",
        parameters=[OpenApiParameter("candidate", OpenApiTypes.UUID, required=True)],
        responses=IntervalRow(many=True),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        segment, person = load(Segment, pk), uuid_of(request, "candidate")
        if person is None:
            raise ValidationError({"candidate": ["Say of whom."]})
        rows = segment_history.of_person(segment=segment, candidate_id=load(Candidate, person).pk)
        return Response(IntervalRow(rows, many=True).data)


class Recipes(TenantAPIView):
    """Questions that every recruiter asks, as rules for a new segment."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="segments_recipes", responses=RecipeRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(RecipeRow(segment_recipes.RECIPES, many=True).data)


class SilverMedallists(TenantAPIView):
    """The segment of finalists of ours who were not hired and would be welcome."""

    permissions = {"POST": Permission.SEGMENT_EDIT}

    @extend_schema(operation_id="segments_silver_medallists", request=None, responses=SegmentSerializer)
    def post(self, request: Request) -> Response:
        """It is made the first time."""
        return Response(SegmentSerializer(silver.segment(by=self.actor, now=timezone.now())).data)
