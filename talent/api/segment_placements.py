"""Who is kept in a segment, or left out of it, by name, for machines."""

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
from talent.choices import Placing
from talent.models import Candidate, Segment, SegmentPlacement
from talent.services import placements


class PlacementSerializer(serializers.ModelSerializer[SegmentPlacement]):
    """Somebody kept in (`in`) or left out (`out`), why, by whom and when."""

    candidate = serializers.UUIDField(source="candidate_id")

    class Meta:
        model = SegmentPlacement
        fields = ["candidate", "placing", "reason", "placed_by", "placed_at"]
        read_only_fields = ["placed_by", "placed_at"]


class PlacingSerializer(StrictSerializer):
    """Whom to keep in or to leave out, and why."""

    candidate = serializers.UUIDField()
    placing = serializers.ChoiceField(choices=Placing.choices)
    reason = serializers.CharField(max_length=300)


class SegmentPlacements(TenantAPIView):
    """Everybody placed by hand, the latest first; POST places somebody, or places them anew."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "POST": Permission.SEGMENT_EDIT}

    @extend_schema(responses=PlacementSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PlacementSerializer(placements.of_segment(load(Segment, pk)), many=True).data)

    @extend_schema(request=PlacingSerializer, responses={201: PlacementSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        segment, body = load(Segment, pk), PlacingSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(body.validated_data)
        candidate = load(Candidate, said.pop("candidate"))
        try:
            placed = placements.place(segment=segment, candidate=candidate, by=self.actor, now=timezone.now(), **said)
        except placements.TooMany as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(PlacementSerializer(placed).data, status=201)


class SegmentPlacementDetail(TenantAPIView):
    """One person's place by hand; DELETE lets the rule decide again."""

    permissions = {"DELETE": Permission.SEGMENT_EDIT}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID, person: UUID) -> Response:
        placements.take_back(
            segment=load(Segment, pk), candidate=load(Candidate, person), by=self.actor, now=timezone.now()
        )
        return Response(status=204)
