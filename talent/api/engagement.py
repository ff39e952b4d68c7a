"""Engagement for machines: why a person's score is what it is, and the weights in force."""

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
from talent.forms.engagement import WeightsForm
from talent.models import Candidate
from talent.services import engagement
from talent.warmth import Weights


class PieceSerializer(serializers.Serializer[Any]):
    """What one event adds to a score."""

    evidence = serializers.CharField(source="happened.evidence.name")
    certainty = serializers.CharField(source="happened.evidence.certainty")
    occurred_at = serializers.DateTimeField(source="happened.at")
    weight = serializers.IntegerField()
    damping = serializers.FloatField()
    fading = serializers.FloatField()
    points = serializers.FloatField()


class EngagementSerializer(serializers.Serializer[Any]):
    """A person's score now; `level` is 0 dormant, 1 cool, 2 warm, 3 highly engaged; the newest 200 pieces."""

    score = serializers.FloatField()
    level = serializers.IntegerField()
    weights_version = serializers.IntegerField(source="weights.version")
    count = serializers.IntegerField()
    pieces = PieceSerializer(many=True)


class WeightsSerializer(StrictSerializer):
    """The weights: points by class of evidence, the least scores of cool, warm and highly engaged."""

    version = serializers.IntegerField(read_only=True)
    half_life_days = serializers.IntegerField()
    points = serializers.DictField(child=serializers.IntegerField())
    levels = serializers.ListField(child=serializers.FloatField(), min_length=3, max_length=3)


class WeightsVersionSerializer(serializers.Serializer[Any]):
    """A version of the weights, and who made it."""

    version = serializers.IntegerField()
    half_life_days = serializers.IntegerField()
    points = serializers.DictField(child=serializers.IntegerField())
    levels = serializers.ListField(child=serializers.FloatField())
    changed_by_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class LevelMove(serializers.Serializer[Any]):
    """So many people would go from one level to another; 0 dormant to 3 highly engaged."""

    before = serializers.IntegerField()
    after = serializers.IntegerField()
    people = serializers.IntegerField()


class PreviewOfWeights(serializers.Serializer[Any]):
    """Who would change level; `sampled`: only those added last were looked at."""

    looked_at = serializers.IntegerField()
    sampled = serializers.BooleanField()
    moves = LevelMove(many=True)


class CandidateEngagement(TenantAPIView):
    """Why a person is as warm as they are."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(responses=EngagementSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        story = engagement.story(load(Candidate, pk), timezone.now())
        return Response(EngagementSerializer(story).data)


class EngagementWeightsDetail(TenantAPIView):
    """The weights in force; PUT makes a new version, classes that are left out keep their points."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "PUT": Permission.TENANT_MANAGE}

    @extend_schema(responses=WeightsSerializer)
    def get(self, request: Request) -> Response:
        return Response(_told(engagement.current()))

    @extend_schema(request=WeightsSerializer, responses=WeightsSerializer)
    def put(self, request: Request) -> Response:
        engagement.change(weights=_sent(request), by=self.actor, now=timezone.now())
        return Response(_told(engagement.current()))


class EngagementPreview(TenantAPIView):
    """Who would change level with other weights; nothing is saved."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="engagement_preview", request=WeightsSerializer, responses=PreviewOfWeights)
    def post(self, request: Request) -> Response:
        found = engagement.would_change(draft=_sent(request), now=timezone.now())
        moves = [{"before": int(a), "after": int(b), "people": count} for (a, b), count in found.moves.items()]
        return Response({"looked_at": found.of, "sampled": found.sampled, "moves": moves})


class EngagementVersions(TenantAPIView):
    """Every version of the weights, the newest first; none before the first change."""

    permissions = {"GET": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="engagement_versions", responses=WeightsVersionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(WeightsVersionSerializer(engagement.versions(), many=True).data)


def _sent(request: Request) -> Weights:
    """The weights of a request. Raises ValidationError."""
    said = WeightsSerializer(data=request.data)
    said.is_valid(raise_exception=True)
    known = [one.name for one in WeightsForm(weights=engagement.current()).counted]
    if unknown := sorted(set(said.validated_data["points"]) - set(known)):
        named = f"“{unknown[0][:60]}” is no class of evidence. There are: {', '.join(known)}."
        raise ValidationError({"points": [named]})
    form = _form(said.validated_data)
    if not form.is_valid():
        raise ValidationError({name: [str(m) for m in messages] for name, messages in form.errors.items()})
    return form.weights()


def _form(said: dict[str, Any]) -> WeightsForm:
    """The page's own form, filled by a machine: the same checks."""
    now = engagement.current()
    form = WeightsForm(weights=now)
    points = {f"points_{one.name}": said["points"].get(one.name, now.of(one)) for one in form.counted}
    levels = dict(zip(("cool", "warm", "engaged"), said["levels"], strict=True))
    return WeightsForm({"half_life_days": said["half_life_days"], **levels, **points}, weights=now)


def _told(weights: Weights) -> dict[str, Any]:
    points = {one.name: weights.of(one) for one in WeightsForm(weights=weights).counted}
    return {
        "version": weights.version,
        "half_life_days": weights.half_life_days,
        "points": points,
        "levels": list(weights.levels),
    }
