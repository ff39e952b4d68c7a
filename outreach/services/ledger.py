"""The ledger's moves: reserve, hand over, settle. A message is handed to a mail server at most once, ever."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from crm import events
from crm.models import Tenant
from crm.tenancy import many
from outreach import events as kinds
from outreach.choices import ExclusionReason, MessageState, Purpose, SettledBy
from outreach.models import OutboundMessage
from outreach.services import (
    claiming,
    conclusion,
    enrolments,
    freezing,
    judging,
    planning,
    send_gate,
)
from outreach.services.claiming import BATCH, Claim
from outreach.services.exchange import HANDED_OVER_LEASE, Ready
from outreach.services.merge_tags import Latest
from outreach.transports.base import Answer, Result
from talent.models import Candidate

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
LONGEST_TRYING = timedelta(hours=24)
DAY = 86_400  # seconds: the longest pause that a server may ask for
FROZEN = [
    "topic",
    "subject",
    "text",
    "html",
    "from_header",
    "sender",
    "in_reply_to",
    "references",
    "variant",
]


@dataclass(frozen=True)
class Reservation:
    """Messages that one worker, by its claim, may hand over while the lease lasts; `seen` is how many were due."""

    claim: UUID
    messages: list[OutboundMessage]
    seen: int = 0
    marks: dict[UUID, str] = field(default_factory=dict)  # what it rested on, as `exchange` tells

    def ready(self, message: OutboundMessage) -> Ready:
        return Ready(message, judging.intent_of(message), self.marks.get(message.pk, ""))


def _freeze(message: OutboundMessage, tenant: Tenant, latest: Latest) -> bool:
    """Give the row its words, once; False when none can be made and it was excluded."""
    assert message.mailbox is not None
    if message.purpose == Purpose.ONE_OFF:
        freezing.freeze_sender(message, mailbox=message.mailbox, tenant=tenant)
    elif not message.text:
        freeze = freezing.freeze_step if message.broadcast is None else freezing.freeze_broadcast
        unfit = freeze(message, mailbox=message.mailbox, tenant=tenant, latest=latest)
        if unfit is not None:
            planning.exclude(message, reason=unfit.reason, words=unfit.words, now=latest.now)
            enrolments.stop_after_exclusion(message=message, reason=unfit.reason, now=latest.now)
            return False
    return True


def _claimed_rows(held: Claim) -> list[OutboundMessage]:
    """The messages of a claim that is still in force, locked, with what they are written from."""
    claimed = OutboundMessage.objects.filter(claim=held.key, state=MessageState.RESERVED).select_related("enrolment")
    rows = list(claimed.order_by("due_at", "pk").select_for_update(of=("self",)))
    claiming.attach_surroundings(rows)
    return rows


@transaction.atomic
def write(*, held: Claim, tenant: Tenant, now: datetime) -> Reservation:
    """Give claimed messages their words, once; without those of which none can be made: they are excluded."""
    rows = _claimed_rows(held) if held.messages else []
    freezing.gather(rows)
    latest = Latest(now, [message.candidate for message in rows])
    ready = [message for message in rows if _freeze(message, tenant, latest)]
    many.update(ready, FROZEN)
    freezing.write_links(ready)
    freezing.find_threads(ready)
    return Reservation(held.key, ready, held.seen, held.marks)


@transaction.atomic
def reserve(*, tenant: Tenant, now: datetime, limit: int = BATCH) -> Reservation:
    """Claim what is due and give it its words, in one go."""
    return write(held=claiming.claim_due(tenant=tenant, now=now, limit=limit), tenant=tenant, now=now)


def _claimed(message_id: UUID, claim: UUID, states: list[str]) -> OutboundMessage | None:
    """The row, locked, while this claim is the one in force."""
    return (
        OutboundMessage.objects.filter(pk=message_id, claim=claim, state__in=states)
        .select_related("candidate", "enrolment__sequence__topic", "sender__user", "mailbox", "broadcast__topic")
        .select_for_update(of=("self",))
        .first()
    )


@transaction.atomic
def hand_over(*, message_id: UUID, claim: UUID, transport: str, now: datetime) -> bool:
    """Immediately before the message leaves: may it? True is committed by the caller before a byte more is sent.

    Locks the person, so that an unsubscribe or a ban is either seen here or commits after this hand-over. False when
    the claim is lost, the send gate is closed, or the gate says no (the row is then put off or excluded).
    """
    message = _claimed(message_id, claim, [MessageState.RESERVED])
    if message is None or message.lease_until is None or message.lease_until <= now:
        return False
    # Stronger than the key-share lock that a new ban takes on the person: one of the two waits for the other.
    Candidate.objects.select_for_update().only("pk").filter(pk=message.candidate_id).first()
    if not send_gate.standing().is_open:
        message.state, message.claim, message.lease_until = MessageState.PLANNED, None, None
        message.save(update_fields=["state", "claim", "lease_until"])
        return False
    verdict = judging.kept_in(message, now) or judging.verdicts([message], now)[message.pk]
    if not verdict.may or verdict.address != message.to_address:
        judging.turn_away(message, verdict, now)
        return False
    message.state, message.handed_over_at, message.transport = MessageState.HANDED_OVER, now, transport
    message.first_tried_at, message.lease_until = message.first_tried_at or now, now + HANDED_OVER_LEASE
    message.save(update_fields=["state", "handed_over_at", "transport", "first_tried_at", "lease_until"])
    return True


def _put_off(message: OutboundMessage, answer: Answer, now: datetime) -> None:
    """The server said later, or was not there: try again after a pause, and give up after a day."""
    message.first_tried_at = message.first_tried_at or now
    if now - message.first_tried_at >= LONGEST_TRYING:
        _end(message, MessageState.REFUSED, answer, now)
        return
    pause = max(BACK_OFF[min(message.attempts, len(BACK_OFF) - 1)], timedelta(seconds=min(answer.retry_after, DAY)))
    message.state, message.due_at, message.attempts = MessageState.PLANNED, now + pause, message.attempts + 1
    message.claim = message.lease_until = message.handed_over_at = None
    message.answer_code, message.answer = answer.code, answer.text[:500]
    message.save()


def _end(message: OutboundMessage, state: MessageState, answer: Answer, now: datetime) -> None:
    message.state, message.settled_at, message.settled_by = state, now, SettledBy.ANSWER
    message.claim = None if state != MessageState.UNKNOWN else message.claim  # a late answer still settles it
    message.lease_until = None
    message.answer_code, message.answer = answer.code, answer.text[:500]
    message.provider_message_id = answer.provider_message_id or message.provider_message_id
    message.provider_ref = answer.provider_ref or message.provider_ref
    message.provider_thread = answer.provider_thread or message.provider_thread
    message.save()
    if state == MessageState.ACCEPTED:
        after_acceptance(message, is_delivered=answer.is_delivered, now=now)
    elif state == MessageState.REFUSED:
        events.publish_many([planning.about(message, kinds.MESSAGE_REFUSED, now, code=answer.code)])
        if message.enrolment_id:
            enrolments.stop(enrolments=[message.enrolment_id], reason="refused", now=now)
    else:
        events.publish_many([planning.about(message, kinds.MESSAGE_UNKNOWN, now)])


def after_acceptance(message: OutboundMessage, *, is_delivered: bool, now: datetime) -> None:
    """It went: clocks, counters, events, and the next step of its sequence."""
    conclusion.follow([message], now, are_delivered=is_delivered)


@transaction.atomic
def settle(*, message_id: UUID, claim: UUID, answer: Answer, now: datetime) -> bool:
    """Write what the server answered; False when the claim is no longer the one in force.

    A late answer settles a row that was already called unknown, because it is the server's own word.
    """
    states = [str(MessageState.HANDED_OVER), str(MessageState.UNKNOWN)]
    if answer.result in (Result.NOT_REACHED, Result.LATER, Result.REFUSED):
        states.append(MessageState.RESERVED)  # these can come before the hand-over
    message = _claimed(message_id, claim, states)
    if message is None:
        return False
    if answer.result in (Result.LATER, Result.NOT_REACHED):
        _put_off(message, answer, now)
    elif answer.result == Result.ACCEPTED:
        _end(message, MessageState.ACCEPTED, answer, now)
    elif answer.result == Result.REFUSED:
        _end(message, MessageState.REFUSED, answer, now)
    elif message.state == MessageState.HANDED_OVER:
        _end(message, MessageState.UNKNOWN, answer, now)
    return True


@transaction.atomic
def take_back(*, messages: Collection[UUID], claim: UUID, now: datetime) -> None:
    """Reserved again: whoever holds the claim knows that nothing of these was sent after their hand-over."""
    OutboundMessage.objects.filter(pk__in=messages, claim=claim, state=MessageState.HANDED_OVER).update(
        state=MessageState.RESERVED, handed_over_at=None, lease_until=now + claiming.RESERVED_LEASE
    )


@transaction.atomic
def release(*, claim: UUID, now: datetime) -> int:
    """Give back what this worker reserved and did not get to."""
    return int(
        OutboundMessage.objects.filter(claim=claim, state=MessageState.RESERVED).update(
            state=MessageState.PLANNED, claim=None, lease_until=None
        )
    )


@transaction.atomic
def recover(*, now: datetime) -> tuple[int, int]:
    """After a worker died: reserved rows are planned again (no dot was sent), handed-over ones become unknown.

    What was accepted gets what follows from it. Only rows whose lease is over. Returns (planned again, unknown). An
    unknown row is never sent again by machine.
    """
    over = OutboundMessage.objects.filter(lease_until__lte=now)
    again = over.filter(state=MessageState.RESERVED).update(state=MessageState.PLANNED, claim=None, lease_until=None)
    silent = list(
        over.filter(state=MessageState.HANDED_OVER)
        .select_related("enrolment", "sender__user")
        .select_for_update(of=("self",), skip_locked=True)
    )
    for message in silent:
        _end(message, MessageState.UNKNOWN, Answer(Result.UNKNOWN, text="No answer was recorded."), now)
    conclusion.left_behind(now=now)
    return again, len(silent)


def refuse(*, message_id: UUID, claim: UUID, words: str, now: datetime) -> bool:
    """A reserved message that cannot become a mail: end it, with the reason in words."""
    with transaction.atomic():
        message = _claimed(message_id, claim, [MessageState.RESERVED])
        if message is None:
            return False
        reason = ExclusionReason.TEMPLATE_BROKEN
        planning.exclude(message, reason=reason, words=words, now=now)
        enrolments.stop_after_exclusion(message=message, reason=reason, now=now)
        return True
