"""The reach of a segment, for machines."""

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
from outreach.services import reach
from outreach.services.clock import database_now
from talent.models import Segment


class ReachStepSerializer(serializers.Serializer[Any]):
    """How many a reason keeps away, and how many are left after it."""

    reason = serializers.CharField()
    text = serializers.CharField(source="label")
    count = serializers.IntegerField()
    left = serializers.IntegerField()


class ReachSerializer(serializers.Serializer[Any]):
    """Whom a mail would reach today: `matched` people, of whom `judged` were asked about, less the steps."""

    matched = serializers.IntegerField()
    judged = serializers.IntegerField()
    steps = ReachStepSerializer(many=True)
    receives = serializers.IntegerField()
    in_sequences = serializers.IntegerField(help_text="Of those who would receive it, how many are in a sequence.")


class SegmentReach(TenantAPIView):
    """Whom a mail to a segment would reach today, and why not the others."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=ReachSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        found = reach.reach(segment=load(Segment, pk), now=database_now())
        return Response(ReachSerializer(found).data)
