"""The future outbox and the review queue for machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import one_of, uuid_of
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.choices import HoldReason
from outreach.models import OutboundMessage
from outreach.services import morning, outbox, overview, reviews
from outreach.services.clock import database_now
from outreach.services.outbox import Asked, NotChanged, TooLate


class PlannedSerializer(serializers.ModelSerializer[OutboundMessage]):
    """A planned message; `held_for` says what keeps it, `put_off_words` what the gate waits for."""

    candidate = serializers.UUIDField(source="candidate_id")
    step = serializers.UUIDField(source="step_id", allow_null=True)
    broadcast = serializers.UUIDField(source="broadcast_id", allow_null=True)
    mailbox = serializers.UUIDField(source="mailbox_id", allow_null=True)

    class Meta:
        model = OutboundMessage
        fields = [
            "id",
            "candidate",
            "step",
            "broadcast",
            "mailbox",
            "due_at",
            "is_held",
            "held_for",
            "put_off_words",
            "own_subject",
            "own_body",
            "approved_at",
            "approved_by",
        ]


class ChangeSerializer(StrictSerializer):
    """What to change of a planned message: hold or let go, another moment, other words (of a sequence's mail)."""

    held = serializers.BooleanField(required=False)
    due_at = serializers.DateTimeField(required=False)
    subject = serializers.CharField(max_length=300, required=False, allow_blank=True)
    body = serializers.CharField(max_length=20_000, required=False)


class WordsSerializer(StrictSerializer):
    """Other words for this person; without a body the mail goes as it was read."""

    subject = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    body = serializers.CharField(max_length=20_000, required=False, default="", allow_blank=True)


class ReviewSerializer(PlannedSerializer):
    """A mail to be read, with its words as they would go."""

    class Meta(PlannedSerializer.Meta):
        fields = [*PlannedSerializer.Meta.fields, "subject", "text"]


class TogetherSerializer(serializers.Serializer[Any]):
    """How many were approved, and how many need a look."""

    approved = serializers.IntegerField()
    left = serializers.IntegerField()


def _done(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (TooLate, NotChanged) as error:
        raise ValidationError({"detail": str(error)}) from error


class DaySerializer(serializers.Serializer[Any]):
    """What narrows the outbox down to a morning's decisions."""

    day = serializers.DateField(required=False)
    call = serializers.BooleanField(default=False)


class MorningSerializer(serializers.Serializer[Any]):
    """What goes out today and nothing holds; of how many people a colleague should rather call."""

    day = serializers.DateField(source="mails.day")
    mails = serializers.IntegerField(source="count")
    people_to_call = serializers.IntegerField(source="people")


class OutboxToday(TenantAPIView):
    """The day by the workspace's clock, in figures; the outbox lists both: `?day=&hold=free`, with `&call=true`."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=MorningSerializer)
    def get(self, request: Request) -> Response:
        return Response(MorningSerializer(morning.of(database_now(), self.tenant.time_zone)).data)


class Outbox(TenantAPIView):
    """What is planned for the next 14 days, the next first, 50 at a time."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(
        parameters=[
            OpenApiParameter("mailbox", OpenApiTypes.UUID),
            OpenApiParameter("sequence", OpenApiTypes.UUID),
            OpenApiParameter("hold", description="any, late, by_hand, review, sequence, or free: held by nothing"),
            OpenApiParameter("day", OpenApiTypes.DATE, description="By the workspace's clock."),
            OpenApiParameter("call", OpenApiTypes.BOOL, description="To people who deserve a call instead."),
            OpenApiParameter("after", OpenApiTypes.UUID),
        ],
        responses=PlannedSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        key = uuid_of(request, "after")
        after = OutboundMessage.objects.filter(pk=key).first() if key else None
        mailbox, sequence = uuid_of(request, "mailbox"), uuid_of(request, "sequence")
        wanted = DaySerializer(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        day, call = wanted.validated_data.get("day"), wanted.validated_data["call"]
        hold = one_of(request, "hold", ["any", outbox.FREE, *HoldReason.values])
        asked = Asked(mailbox, day, hold, sequence, deserve_a_call=call, after=after)
        rows = asked.rows(database_now(), self.tenant.time_zone)[: outbox.PAGE]
        return Response(PlannedSerializer(rows, many=True).data)


class OutboxMessage(TenantAPIView):
    """One planned message: changed, or taken back."""

    permissions = {"PATCH": Permission.OUTREACH_SEND, "DELETE": Permission.OUTREACH_SEND}

    @extend_schema(request=ChangeSerializer, responses=PlannedSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        row, said = load(OutboundMessage, pk), ChangeSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        _done(lambda: self._change(row, said.validated_data, database_now()))
        return Response(PlannedSerializer(load(OutboundMessage, pk)).data)

    def _change(self, row: OutboundMessage, asked: dict[str, Any], now: datetime) -> None:
        if "body" in asked or "subject" in asked:
            words = {"subject": row.own_subject, "body": row.own_body} | asked
            if not words["body"]:
                raise ValidationError({"body": ["Send the text as well: other words replace the whole mail."]})
            outbox.edit(message=row, subject=words["subject"], body=words["body"], by=self.actor)
        if "due_at" in asked:
            outbox.move(message=row, to=asked["due_at"], by=self.actor, now=now)
        if asked.get("held") is True:
            outbox.hold(message=row, by=self.actor)
        elif asked.get("held") is False:
            outbox.release(message=row, by=self.actor, now=now)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        row = load(OutboundMessage, pk)
        _done(lambda: outbox.cancel(message=row, by=self.actor, now=database_now()))
        return Response(status=204)


class ReleasedSerializer(serializers.Serializer[Any]):
    """How many were let go."""

    released = serializers.IntegerField()


class OutboxSendLate(TenantAPIView):
    """Lets go what an outage made late and held, the oldest first, at the pace of its mailboxes."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=ReleasedSerializer)
    def post(self, request: Request) -> Response:
        released = outbox.release_late(by=self.actor, now=database_now())
        return Response(ReleasedSerializer({"released": released}).data)


class ReviewList(TenantAPIView):
    """What waits to be read, the most urgent first, 50 at a time."""

    permissions = {"GET": Permission.OUTREACH_SEND}

    @extend_schema(responses=ReviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = list(reviews.queue()[: outbox.PAGE])
        for row in rows:
            filled, _ = outbox.words_of(row, self.tenant, database_now())
            row.subject, row.text = filled.subject, filled.body
        return Response(ReviewSerializer(rows, many=True).data)


class ReviewApprove(TenantAPIView):
    """Lets one mail go, as it was read or with other words."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=WordsSerializer, responses=PlannedSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        row, said = load(reviews.queue(), pk), WordsSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        words = (said.validated_data["subject"], said.validated_data["body"])
        now = database_now()
        done = _done(
            lambda: reviews.approve(
                message=row, tenant=self.tenant, by=self.actor, now=now, words=words if words[1] else None
            )
        )
        return Response(PlannedSerializer(done).data)


class ReviewSkip(TenantAPIView):
    """This person does not get the mail; their sequence goes on."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        row = load(reviews.queue(), pk)
        _done(lambda: reviews.skip(message=row, by=self.actor, now=database_now()))
        return Response(status=204)


class ReviewReject(TenantAPIView):
    """Not this person: their enrolment ends as `rejected`, and nothing more of the sequence goes to them."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        row = load(reviews.queue(), pk)
        _done(lambda: reviews.reject(message=row, by=self.actor, now=database_now()))
        return Response(status=204)


class StepApproveRest(TenantAPIView):
    """Approves what waits of one step, once its caller has approved three of it one by one."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=None, responses=TogetherSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        step = load(overview.steps_with_sequence(), pk)
        done = _done(lambda: reviews.approve_rest(step=step, tenant=self.tenant, by=self.actor, now=database_now()))
        return Response(TogetherSerializer(done).data)
