"""What came of a sequence, for machines."""

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
from outreach.models import Sequence
from outreach.services import overview, sequences


class StepResultSerializer(serializers.Serializer[Any]):
    """One mail, people counted once each; opens and clicks of programs are left out, earlier versions count in."""

    step = serializers.UUIDField()
    number = serializers.IntegerField()
    subject = serializers.CharField()
    sent = serializers.IntegerField()
    opened = serializers.IntegerField()
    clicked = serializers.IntegerField()
    replied = serializers.IntegerField()
    bounced = serializers.IntegerField()


class SequenceResultsSerializer(serializers.Serializer[Any]):
    """`states`: how many people stand in each state of an enrolment. `mails`: in their order."""

    states = serializers.DictField(child=serializers.IntegerField())
    mails = StepResultSerializer(many=True)


class SequenceResults(TenantAPIView):
    """What came of each mail, and where its people stand. Variants and the hold-out have addresses of their own."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=SequenceResultsSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        sequence = load(Sequence, pk)
        found = {"states": sequences.states(sequence), "mails": overview.step_results(sequence)}
        return Response(SequenceResultsSerializer(found).data)
