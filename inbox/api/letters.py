"""What a member writes to one person, for machines: an answer, a first mail, and taking either back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.models import ApiKey, Member
from crm.permissions import Permission
from inbox.api.serializers import LetterIn, OutboundOut, ReplyIn
from inbox.models import Thread
from inbox.services import writing
from inbox.services.writing import AlreadyPlanned, Letter, MayNotWrite
from outreach.models import OutboundMessage
from talent.models import Candidate


class LetterView(TenantAPIView):
    """Something written by the member who is logged in: a key writes to nobody."""

    permissions = {"POST": Permission.INBOX_REPLY}

    def planned(self, request: Request, plan: Callable[[Member], OutboundMessage]) -> Response:
        """202 with the message as it waits; 400 in the gate's words when the person must not be written to."""
        try:
            planned = plan(self._sender(request))
        except (MayNotWrite, AlreadyPlanned) as error:
            raise serializers.ValidationError({"text": [str(error)]}) from error
        return Response(OutboundOut(planned).data, status=status.HTTP_202_ACCEPTED)

    def _sender(self, request: Request) -> Member:
        if isinstance(request.auth, ApiKey) or self.actor.id is None:
            raise serializers.ValidationError({"text": ["A person has to write: log in instead of sending a key."]})
        return Member.objects.of_tenant(self.tenant.pk).get(pk=self.actor.id)


class ThreadReplyView(LetterView):
    """Answer in a conversation, as the member who is logged in."""

    @extend_schema(request=ReplyIn, responses={202: OutboundOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Planned in the ledger; it goes in ten seconds. 400 when the person must not be written to."""
        thread = load(Thread, pk)
        letter = Letter(**ReplyIn(data=request.data).sent())
        return self.planned(
            request, lambda sender: writing.reply(thread=thread, letter=letter, sender=sender, now=timezone.now())
        )


class FirstMailView(LetterView):
    """Write a first mail to a person, as the member who is logged in."""

    @extend_schema(request=LetterIn, responses={202: OutboundOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Planned in the ledger; it goes in ten seconds, or waits for what `put_off_words` names. What the gate would
        say before anything is written stands at `may-write`. 400 when the person must not be written to.
        """
        candidate = load(Candidate, pk)
        letter = Letter(**LetterIn(data=request.data).sent())
        return self.planned(
            request, lambda sender: writing.write(candidate=candidate, letter=letter, sender=sender, now=timezone.now())
        )


class PlannedMessageView(TenantAPIView):
    """A message that a member wrote and that has not gone yet."""

    permissions = {"DELETE": Permission.INBOX_REPLY}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take it back: it stays in the ledger as excluded, and its conversation waits for an answer again.

        400 when it is too late.
        """
        message = load(OutboundMessage, pk)
        if not writing.cancel(message=message, by=self.actor, now=timezone.now()):
            raise serializers.ValidationError({"message": ["It no longer waits: it has been sent, or was taken back."]})
        return Response(status=status.HTTP_204_NO_CONTENT)
