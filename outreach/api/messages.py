"""The ledger for machines: who got what, who did not and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import one_of, uuid_of
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.choices import ExclusionReason, MessageState
from outreach.models import OutboundMessage
from outreach.services import evidence, overview, sums
from outreach.services.clock import database_now
from outreach.services.overview import LedgerFilter

FILTERS = [
    OpenApiParameter("sequence", OpenApiTypes.UUID),
    OpenApiParameter("broadcast", OpenApiTypes.UUID),
    OpenApiParameter("candidate", OpenApiTypes.UUID),
    OpenApiParameter("state"),
    OpenApiParameter("reason"),
]


class MessageSerializer(serializers.ModelSerializer[OutboundMessage]):
    """One row of the ledger."""

    candidate = serializers.UUIDField(source="candidate_id")
    enrolment = serializers.UUIDField(source="enrolment_id", allow_null=True)
    step = serializers.UUIDField(source="step_id", allow_null=True)
    broadcast = serializers.UUIDField(source="broadcast_id", allow_null=True)

    class Meta:
        model = OutboundMessage
        fields = [
            "id",
            "candidate",
            "enrolment",
            "step",
            "broadcast",
            "purpose",
            "state",
            "excluded_reason",
            "excluded_words",
            "put_off_reason",
            "put_off_words",
            "to_address",
            "subject",
            "message_id",
            "transport",
            "due_at",
            "handed_over_at",
            "settled_at",
            "settled_by",
            "answer_code",
            "answer",
        ]


class ReasonSerializer(serializers.Serializer[Any]):
    """Why so many did not get it."""

    reason = serializers.CharField()
    words = serializers.CharField()
    count = serializers.IntegerField()


class SumsSerializer(serializers.Serializer[Any]):
    """planned = waiting + accepted + refused + unknown + excluded, always."""

    planned = serializers.IntegerField()
    waiting = serializers.IntegerField()
    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()
    unknown = serializers.IntegerField()
    excluded = serializers.IntegerField()
    delivered = serializers.IntegerField()
    bounced = serializers.IntegerField()
    complained = serializers.IntegerField()
    reasons = serializers.SerializerMethodField()

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, found: sums.Sums) -> list[dict[str, object]]:
        return [{"reason": reason, "words": words, "count": count} for reason, words, count in found.reasons]


def _filter(request: Request) -> LedgerFilter:
    return LedgerFilter(
        sequence_id=uuid_of(request, "sequence"),
        broadcast_id=uuid_of(request, "broadcast"),
        candidate_id=uuid_of(request, "candidate"),
        state=one_of(request, "state", ["waiting", *MessageState.values]),
        reason=one_of(request, "reason", ExclusionReason.values),
    )


class MessageList(TenantAPIView):
    """Messages, the newest first, 50 at a time; `after` is the key of the last one seen."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(
        parameters=[*FILTERS, OpenApiParameter("after", OpenApiTypes.UUID)], responses=MessageSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        rows = overview.ledger_page(_filter(request), after=uuid_of(request, "after"))
        return Response(MessageSerializer(rows[: overview.PAGE], many=True).data)


class MessageSums(TenantAPIView):
    """The counts of the ledger, which always add up."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(parameters=FILTERS[:3], responses=SumsSerializer)
    def get(self, request: Request) -> Response:
        return Response(SumsSerializer(sums.of(_filter(request).everything())).data)


class DecisionSerializer(StrictSerializer):
    """What became of a message: it arrived; it did not, and goes again; or it did not, and that is the end of it."""

    decision = serializers.ChoiceField(choices=["arrived", "send_again", "give_up"])


class MessageSettle(TenantAPIView):
    """Decides about a message in state `unknown`, which no machine sends again."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=DecisionSerializer, responses=MessageSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        message, said = load(OutboundMessage, pk), DecisionSerializer(data=request.data).sent()
        if not evidence.settle_by_person(message=message, by=self.actor, now=database_now(), **said):
            raise ValidationError({"detail": "This message is settled already."})
        return Response(MessageSerializer(load(OutboundMessage, pk)).data)


class MessageDetail(TenantAPIView):
    """One message."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=MessageSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MessageSerializer(load(OutboundMessage, pk)).data)
