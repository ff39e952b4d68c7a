"""The ledger's moves: reserve, hand over, settle. A message is handed to a mail server at most once, ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from crm import events
from crm.models import Member, Tenant
from crm.tenancy import many
from crm.tenancy.many import among
from outreach import events as kinds
from outreach.choices import ExclusionReason, MessageState, Purpose, SettledBy
from outreach.models import Broadcast, Mailbox, OutboundMessage, Sequence, SequenceStep
from outreach.services import (
    broadcast_sending,
    conclusion,
    contact_rules,
    enrolments,
    exchange,
    freezing,
    gate,
    mailboxes,
    pacing,
    planning,
    recipient_domains,
    send_gate,
    send_grants,
    texting,
    timing,
)
from outreach.services.exchange import HANDED_OVER_LEASE, Ready
from outreach.services.gate import Intent, Verdict
from outreach.services.gate_words import no
from outreach.services.merge_tags import Latest
from outreach.services.pacing import Lanes
from outreach.transports.base import Answer, Result
from talent.choices import Channel
from talent.models import Candidate

BATCH = 100
RESERVED_LEASE = timedelta(minutes=5)  # longer than a batch may take
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
LONGEST_TRYING = timedelta(hours=24)
STOPPED_PAUSE = timedelta(hours=1)  # until a message of a stopped mailbox is looked at again
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
PUT_OFF = ["put_off_reason", "put_off_words"]
CLAIMED = ["state", "claim", "reserved_at", "lease_until", "mailbox", "to_address", *PUT_OFF]


@dataclass(frozen=True)
class Reservation:
    """Messages that one worker, by its claim, may hand over while the lease lasts; `seen` is how many were due."""

    claim: UUID
    messages: list[OutboundMessage]
    seen: int = 0
    marks: dict[UUID, str] = field(default_factory=dict)  # what it rested on, as `exchange` tells

    def ready(self, message: OutboundMessage) -> Ready:
        return Ready(message, intent_of(message), self.marks.get(message.pk, ""))


def intent_of(message: OutboundMessage) -> Intent:
    """What this row is for, as the gate wants it."""
    if message.purpose == Purpose.SEQUENCE_STEP and message.step_id and message.enrolment:
        row = message.enrolment
        writer = message.sender_id or row.sender_id  # a step's own sender is in its row from the start
        intent = planning.step_intent(message.step_id, row.sequence, writer, channel=message.channel)
        return replace(intent, key=message.send_key.rsplit(":", 1)[0])
    if message.broadcast is not None:
        return broadcast_sending.intent_of(message.broadcast, message.sender_id)
    key = message.send_key.rsplit(":", 1)[0]
    return Intent(key=key, is_proactive=message.is_proactive, sender_id=message.sender_id)


def _attach_surroundings(rows: list[OutboundMessage]) -> None:
    """What belongs to many messages at once is read once."""
    members = Member.objects.select_related("user")
    enrolled = [row.enrolment for row in rows if row.enrolment is not None]
    many.attach(rows, "candidate", Candidate.objects.all())
    many.attach(rows, "step", SequenceStep.objects.select_related("template"))
    many.attach(enrolled, "sequence", Sequence.objects.select_related("sender__user", "mailbox", "topic"))
    many.attach(enrolled, "sender", members)
    many.attach(rows, "broadcast", Broadcast.objects.select_related("topic", "mailbox", "sender__user", "template"))
    many.attach(rows, "mailbox", Mailbox.objects.all())
    many.attach(rows, "sender", members)


def _lock_due(now: datetime, limit: int, lanes: Lanes) -> list[OutboundMessage]:
    due = OutboundMessage.objects.due(now).not_from(pacing.closed(lanes, now)).select_related("enrolment")
    first_of_person: dict[UUID, OutboundMessage] = {}
    for row in due.select_for_update(of=("self",), skip_locked=True)[:limit]:
        first_of_person.setdefault(row.candidate_id, row)
    free = _lock_people(first_of_person)
    rows = [row for person, row in first_of_person.items() if person in free]
    _attach_surroundings(rows)
    return rows


def _lock_people(people: Collection[UUID]) -> set[UUID]:
    """Two workers must not each find room for one more mail to the same person; who is held by another waits."""
    rows = Candidate.objects.filter(among("pk", people)).order_by("pk")
    return set(rows.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))


def _judge(rows: list[OutboundMessage], now: datetime) -> dict[UUID, Verdict]:
    """{row: verdict}, the gate asked once for each purpose."""
    groups: dict[Intent, list[OutboundMessage]] = defaultdict(list)
    for row in rows:
        groups[intent_of(row)].append(row)
    found, rules = {}, contact_rules.current()
    for intent, members in groups.items():
        said = gate.verdicts(
            candidate_ids=[m.candidate_id for m in members],
            intent=intent,
            now=now,
            stage="send",
            own=[m.pk for m in members],
            rules=rules,
        )
        found.update({m.pk: said[m.candidate_id] for m in members})
    return found


def _too_late(message: OutboundMessage, verdict: Verdict) -> Verdict:
    """What may go only after its broadcast is over never goes."""
    until = message.broadcast.goes_until if message.broadcast is not None else None
    if verdict.is_final or until is None or verdict.retry_at is None or verdict.retry_at <= until:
        return verdict
    return replace(verdict, is_final=True, words=f"{verdict.words} By then the broadcast is over.")


def _turn_away(message: OutboundMessage, verdict: Verdict, now: datetime) -> None:
    """It may not go: for good, or not yet."""
    verdict = _too_late(message, verdict)
    if verdict.is_final:
        planning.exclude(message, reason=verdict.reason, words=verdict.words, now=now)
        enrolments.stop_after_exclusion(message=message, reason=verdict.reason, now=now)
        return
    message.state, message.claim, message.lease_until = MessageState.PLANNED, None, None
    message.put_off_reason, message.put_off_words = verdict.reason, verdict.words[:300]
    if verdict.retry_at is not None:
        enrolments.put_off([message], verdict.retry_at)
    message.save(update_fields=["state", "claim", "lease_until", "due_at", *PUT_OFF])


def _choose_mailbox(message: OutboundMessage, tenant: Tenant) -> Mailbox:
    """The one it was planned for, its sequence's or broadcast's, the colleague's own, or the main one."""
    if message.channel == Channel.TEXT:
        return texting.account(tenant)
    enrolment = message.enrolment
    source = message.broadcast or (enrolment.sequence if enrolment else None)
    if found := message.mailbox or (source.mailbox if source else None):
        return found
    sender = message.sender or (enrolment and enrolment.sender) or (source.sender if source else None)
    return mailboxes.for_sender(tenant=tenant, sender=sender)


def _no_account(message: OutboundMessage, tenant: Tenant, now: datetime) -> Verdict | None:
    """Not yet, when a text message has nothing to leave by."""
    if message.mailbox is None or message.channel != Channel.TEXT or not texting.is_missing(message.mailbox, tenant):
        return None
    return no(ExclusionReason.MAILBOX_STOPPED, texting.MISSING, final=False, retry_at=now + STOPPED_PAUSE)


def _stopped(mailbox: Mailbox | None, now: datetime) -> Verdict | None:
    """Not yet, when nothing may leave from this mailbox now."""
    if mailbox is None or mailbox.stopped_at is None:
        return None
    words = f"The mailbox {mailbox.from_address} is stopped: {mailbox.stopped_reason}"
    return no(ExclusionReason.MAILBOX_STOPPED, words, final=False, retry_at=now + STOPPED_PAUSE)


def _kept_in(message: OutboundMessage, now: datetime) -> Verdict | None:
    """What keeps it in its mailbox: the mailbox is stopped, or is a colleague's who gave no grant."""
    return _stopped(message.mailbox, now) or send_grants.held(message, message.mailbox, now)


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


@transaction.atomic
def claim_due(*, tenant: Tenant, now: datetime, limit: int = BATCH) -> Reservation:
    """Claim the messages of this tenant that are due, at most one to a person, after asking the gate again.

    Whoever may no longer be written to is excluded here with the reason; whoever may not yet is put off. `now` is the
    database's clock (`clock.database_now`). Steps and broadcasts have no words before `write`.
    """
    lanes = pacing.lanes(now, lock=True)
    due, claim, ready = _lock_due(now, limit, lanes), uuid4(), []
    for message in due:
        message.mailbox = _choose_mailbox(message, tenant)
    rows = timing.ready(due, now, lanes)
    marks, verdicts = exchange.marks(rows), _judge(rows, now)
    verdicts |= recipient_domains.kept_back(rows, verdicts, now)
    for message in rows:
        verdict = _kept_in(message, now) or _no_account(message, tenant, now) or verdicts[message.pk]
        if verdict.may:
            message.state, message.claim, message.to_address = MessageState.RESERVED, claim, verdict.address
            message.reserved_at, message.lease_until = now, now + RESERVED_LEASE
            message.put_off_reason = message.put_off_words = ""
            ready.append(message)
        else:
            _turn_away(message, verdict, now)
    many.update(ready, CLAIMED)
    enrolments.resume_paused([m.enrolment_id for m in ready if m.enrolment_id], now)
    return Reservation(claim, ready, seen=len(due), marks=marks)


@transaction.atomic
def write(*, held: Reservation, tenant: Tenant, now: datetime) -> Reservation:
    """Give claimed messages their words, once; without those of which none can be made: they are excluded."""
    claimed = OutboundMessage.objects.filter(claim=held.claim, state=MessageState.RESERVED)
    ours = set(claimed.select_for_update().values_list("pk", flat=True))
    rows = [message for message in held.messages if message.pk in ours]
    freezing.gather(rows)
    latest = Latest(now, [message.candidate for message in rows])
    ready = [message for message in rows if _freeze(message, tenant, latest)]
    many.update(ready, FROZEN)
    freezing.write_links(ready)
    freezing.find_threads(ready)
    return replace(held, messages=ready)


@transaction.atomic
def reserve(*, tenant: Tenant, now: datetime, limit: int = BATCH) -> Reservation:
    """Claim what is due and give it its words, in one go."""
    return write(held=claim_due(tenant=tenant, now=now, limit=limit), tenant=tenant, now=now)


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
    verdict = _kept_in(message, now) or _judge([message], now)[message.pk]
    if not verdict.may or verdict.address != message.to_address:
        _turn_away(message, verdict, now)
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
