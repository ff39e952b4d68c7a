"""The hub for machines: conversations, messages, timelines, mails to take in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.pages import flag_of, uuid_of
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from inbox.api.serializers import (
    ClassIn,
    EventOut,
    InboundOut,
    MessageOut,
    SaidOut,
    TextMessageOut,
    ThreadOut,
)
from inbox.choices import InboundSource
from inbox.models import Message, TextMessage, Thread
from inbox.models.conversations import MessageQuerySet
from inbox.services import corrections, inbound, threads, timeline
from inbox.services.inbound import MAX_BYTES, Delivery, MailRefused
from talent.models import Candidate

AFTER = OpenApiParameter("after", str, description="The `next` of the page before.")


def _page_of(name: str, row: type[serializers.Serializer[Any]]) -> Any:
    return inline_serializer(name, {"results": row(many=True), "next": serializers.CharField()})


class MailParser(BaseParser):
    """Bytes of a mail (RFC 5322), read to the limit and no further."""

    media_type = "message/rfc822"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream.read(MAX_BYTES + 1)


class ThreadListView(TenantAPIView):
    """Conversations."""

    permissions = {"GET": Permission.INBOX_VIEW}

    @extend_schema(
        parameters=[AFTER, OpenApiParameter("view", str, enum=[key for key, _ in threads.VIEWS])],
        responses=_page_of("ThreadPage", ThreadOut),
    )
    def get(self, request: Request) -> Response:
        """Fifty at a time, the newest human reply first; `view=needs` (the rule) or `all`."""
        view = request.query_params.get("view", "needs")
        found = threads.listing(view=view, after=request.query_params.get("after", ""))
        return Response({"results": ThreadOut(found.rows, many=True).data, "next": found.after})


class ThreadView(TenantAPIView):
    """One conversation."""

    permissions = {"GET": Permission.INBOX_VIEW}

    @extend_schema(responses=SaidOut(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """Its messages of both sides, oldest first."""
        return Response(SaidOut(threads.conversation(load(Thread, pk)), many=True).data)


class ThreadDoneView(TenantAPIView):
    """Nobody needs to answer any more."""

    permissions = {"POST": Permission.INBOX_REPLY}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        threads.done(thread=load(Thread, pk), by=self.actor, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MessageListView(TenantAPIView):
    """Messages that came in."""

    permissions = {"GET": Permission.INBOX_VIEW}

    @extend_schema(
        parameters=[OpenApiParameter("candidate", OpenApiTypes.UUID), OpenApiParameter("tray", bool)],
        responses=MessageOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The latest hundred; `?candidate=` of one person, `?tray=true` of unknown senders."""
        rows = self._rows(request).with_files().order_by("-received_at", "-pk")[:100]
        return Response(MessageOut(rows, many=True).data)

    def _rows(self, request: Request) -> MessageQuerySet:
        if flag_of(request, "tray"):
            return Message.objects.in_tray()
        person = uuid_of(request, "candidate")
        return Message.objects.filter(candidate=load(Candidate, person)) if person else Message.objects.all()


class MessageView(TenantAPIView):
    """One message that came in."""

    permissions = {"GET": Permission.INBOX_VIEW, "PATCH": Permission.INBOX_REPLY}

    @extend_schema(responses=MessageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MessageOut(load(Message.objects.with_files(), pk)).data)

    @extend_schema(request=ClassIn, responses=MessageOut)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Correct what it means, or who wrote it; automation and branches that wait for the class run by it."""
        message, said = load(Message, pk), ClassIn(data=request.data).sent()
        corrections.correct(message=message, by=self.actor, now=timezone.now(), **said)
        return self.get(request, pk)


class TextListView(TenantAPIView):
    """Text messages that came in."""

    permissions = {"GET": Permission.INBOX_VIEW}

    @extend_schema(parameters=[OpenApiParameter("candidate", OpenApiTypes.UUID)], responses=TextMessageOut(many=True))
    def get(self, request: Request) -> Response:
        """The latest hundred; `?candidate=` of one person."""
        person = uuid_of(request, "candidate")
        rows = TextMessage.objects.filter(candidate=load(Candidate, person)) if person else TextMessage.objects.all()
        return Response(TextMessageOut(rows[:100], many=True).data)


class TextView(TenantAPIView):
    """One text message that came in."""

    permissions = {"GET": Permission.INBOX_VIEW, "PATCH": Permission.INBOX_REPLY}

    @extend_schema(responses=TextMessageOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(TextMessageOut(load(TextMessage, pk)).data)

    @extend_schema(request=ClassIn, responses=TextMessageOut)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Correct what it means, or who wrote it; automation and branches that wait for the class run by it."""
        message, said = load(TextMessage, pk), ClassIn(data=request.data).sent()
        corrections.correct(message=message, by=self.actor, now=timezone.now(), **said)
        return self.get(request, pk)


class TimelineView(TenantAPIView):
    """What happened to a person."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(
        parameters=[AFTER, OpenApiParameter("show", str, enum=[key for key, _ in timeline.FILTERS if key])],
        responses=_page_of("TimelinePage", EventOut),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Thirty events at a time, newest first; `show` is mail, note or change."""
        candidate, asked = load(Candidate, pk), request.query_params
        found = timeline.events_page(candidate.pk, group=asked.get("show", ""), after=asked.get("after", ""))
        return Response({"results": EventOut(found.rows, many=True).data, "next": found.after})


class InboundView(TenantAPIView):
    """Take in a mail."""

    permissions = {"POST": Permission.TENANT_MANAGE}
    parser_classes = [MailParser]

    @extend_schema(request={"message/rfc822": OpenApiTypes.BINARY}, responses={202: InboundOut})
    def post(self, request: Request) -> Response:
        """The mail as bytes (RFC 5322), up to 25 MB; stored when it answers, read within seconds, and never twice.

        With an `Idempotency-Key` header that key names the delivery, else its bytes do.
        """
        uid = request.headers.get("Idempotency-Key", "")
        raw = request.data if isinstance(request.data, bytes) else b""
        try:
            stored = inbound.receive(delivery=Delivery(raw, InboundSource.API, uid), now=timezone.now())
        except MailRefused as error:
            raise serializers.ValidationError({"mail": [str(error)]}) from error
        return Response(InboundOut(stored).data, status=status.HTTP_202_ACCEPTED)
