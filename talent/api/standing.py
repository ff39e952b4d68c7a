"""Where a person stands, for machines: pools, segments, applications; and where each value about them came from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.jobs import ApplicationRow
from talent.models import Candidate, PoolMembership
from talent.services import applications, freshness, segments

Shape = serializers.Serializer[Any]
VIEW = Permission.CANDIDATE_VIEW


class PoolPlace(Shape):
    """A person's place in one pool; `id` is that of the place."""

    id = serializers.UUIDField()
    pool_id = serializers.UUIDField()
    pool = serializers.CharField(source="pool.name")
    stage_id = serializers.UUIDField()
    stage = serializers.CharField(source="stage.name")
    reason = serializers.CharField()
    added_by = serializers.CharField()
    moved_at = serializers.DateTimeField()


class SegmentPlace(Shape):
    """A segment that a person is in, since when and why."""

    segment_id = serializers.UUIDField()
    segment = serializers.CharField(source="segment.name")
    entered_at = serializers.DateTimeField()
    entered_by = serializers.CharField()


class ApplicationOf(ApplicationRow):
    """An application with the names of its job and stage."""

    job = serializers.CharField(source="job.title")
    stage = serializers.CharField(source="stage.name")


class ProvenanceRow(Shape):
    """Who or what said one value, and when; `snippet` are the words it was read from."""

    field = serializers.CharField(help_text="name, email, skill, employment, education, custom.key ...")
    value = serializers.CharField()
    origin = serializers.CharField()
    snippet = serializers.CharField()
    confidence = serializers.FloatField(help_text="0 to 1; 1 for what was typed.")
    document_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class PoolsOf(TenantAPIView):
    """The pools that a person is in, among those that the caller may know of."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="candidate_pools", responses=PoolPlace(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = PoolMembership.objects.filter(candidate=load(Candidate, pk)).select_related("pool", "stage")
        return Response(PoolPlace(rows.order_by("pool__name"), many=True).data)


class SegmentsOf(TenantAPIView):
    """The segments that a person is in now. Why: the segment's `explain`."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="candidate_segments", responses=SegmentPlace(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(SegmentPlace(segments.of_person(load(Candidate, pk).pk), many=True).data)


class ApplicationsOf(TenantAPIView):
    """The newest twenty applications of a person."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="candidate_applications", responses=ApplicationOf(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ApplicationOf(applications.of_person(load(Candidate, pk).pk), many=True).data)


class ProvenanceOf(TenantAPIView):
    """Where each value about a person came from, the newest first, 1,000 at most."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="candidate_provenance", responses=ProvenanceRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ProvenanceRow(freshness.told_of(load(Candidate, pk), self.role), many=True).data)
