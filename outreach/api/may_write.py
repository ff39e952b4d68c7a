"""May we write to a person, for machines."""

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
from outreach.services import may_write
from outreach.services.clock import database_now
from talent.models import Candidate


class MayWriteRow(serializers.Serializer[Any]):
    """What the gate says to one way of writing. `may` false: `words` say why, `retry_at` when it could go, if known."""

    way = serializers.CharField(help_text="personal, answer (to a reply), asked (they wrote first), sequence or news.")
    may = serializers.BooleanField(source="verdict.may")
    reason = serializers.CharField(source="verdict.reason", help_text="A code; empty when it may go.")
    words = serializers.CharField(source="verdict.words")
    warning = serializers.CharField(source="verdict.warning", help_text="It may go, but with care.")
    retry_at = serializers.DateTimeField(source="verdict.retry_at", allow_null=True)


class MayWrite(TenantAPIView):
    """May we write to a person now? The same gate as planner and sender ask."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(operation_id="candidate_may_write", responses=MayWriteRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        sender_id = self.actor.member_id
        answers = may_write.ask(candidate_id=load(Candidate, pk).pk, now=database_now(), sender_id=sender_id)
        return Response(MayWriteRow(answers, many=True).data)
