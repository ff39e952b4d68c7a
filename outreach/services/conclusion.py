"""What follows from an acceptance, for many messages at once: clocks, counters, events, and the next steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence as Row
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from crm import events
from crm.models import Event, Member
from crm.tenancy import many
from crm.tenancy.many import among
from outreach import events as kinds
from outreach.choices import ACCEPTED_STATES, MessageEventKind, MessageState
from outreach.models import Broadcast, MessageEvent, MessageTemplate, OutboundMessage, Sequence
from outreach.services import enrolments, planning, send_grants
from talent.models import Candidate

AT_ONCE = 500


def _waiting(**which: object) -> list[OutboundMessage]:
    """Messages that were accepted and of which nothing more is written yet: their lease stands."""
    rows = OutboundMessage.objects.filter(state__in=ACCEPTED_STATES, lease_until__isnull=False, **which)
    rows = rows.select_related("enrolment").defer("text", "html", "own_body").order_by("candidate_id")
    found = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    many.attach([one.enrolment for one in found if one.enrolment is not None], "sequence", Sequence.objects.all())
    many.attach(found, "broadcast", Broadcast.objects.select_related("topic"))
    many.attach(found, "sender", Member.objects.select_related("user"))
    return found


@transaction.atomic
def of_claim(*, claim: UUID, now: datetime) -> int:
    """For what one worker has sent; returns for how many."""
    return _conclude(_waiting(claim=claim), now)


@transaction.atomic
def left_behind(*, now: datetime) -> int:
    """For what a worker had sent that died before it came to this; returns for how many."""
    return _conclude(_waiting(lease_until__lte=now), now)


def _conclude(messages: Row[OutboundMessage], now: datetime) -> int:
    if not messages:
        return 0
    follow(messages, now)
    keys = [message.pk for message in messages]
    OutboundMessage.objects.filter(among("pk", keys)).update(claim=None, lease_until=None)
    return len(messages)


def follow(messages: Row[OutboundMessage], now: datetime, *, are_delivered: bool = False) -> None:
    """They went, and lie in the people's mailboxes, or one does not know.

    The rows are locked, in the order of their people; each person's clock tells of the hand-over.
    """
    went = {message.candidate_id: message.handed_over_at or now for message in messages}
    Candidate.objects.contacted(went)
    sent = [planning.about(one, kinds.MESSAGE_SENT, now, transport=one.transport) for one in messages]
    events.publish_many([*sent, *(_delivered(messages, now) if are_delivered else ())])
    for template, count in Counter(one.template_id for one in messages if one.template_id).items():
        MessageTemplate.objects.filter(pk=template).update(used_count=F("used_count") + count)
    send_grants.record_sends(messages)
    enrolments.advance(messages=messages, now=now)


def _delivered(messages: Row[OutboundMessage], now: datetime) -> list[Event]:
    OutboundMessage.objects.filter(pk__in=[one.pk for one in messages]).update(state=MessageState.DELIVERED)
    for message in messages:
        message.state = MessageState.DELIVERED
    kind = MessageEventKind.DELIVERED
    MessageEvent.objects.bulk_create([MessageEvent(message=one, kind=kind, occurred_at=now) for one in messages])
    return [planning.about(one, kinds.MESSAGE_DELIVERED, now) for one in messages]
