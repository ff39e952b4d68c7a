"""Claims what is due: locked, judged by the gate, reserved for one worker."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from crm import together
from crm.models import Member, Tenant
from crm.questions import Asked
from crm.tenancy import many
from crm.tenancy.many import among
from outreach.choices import ExclusionReason, MessageState
from outreach.models import Broadcast, DayOff, Mailbox, OutboundMessage, SendingPolicy, Sequence, SequenceStep
from outreach.services import (
    claim_screen,
    days_off,
    enrolments,
    exchange,
    judging,
    mailboxes,
    pacing,
    recipient_domains,
    texting,
    timing,
)
from outreach.services.claim_screen import Due, Held
from outreach.services.gate import Verdict
from outreach.services.gate_words import no
from outreach.services.pacing import Lanes
from talent.choices import Channel
from talent.models import Candidate

BATCH = 100
RESERVED_LEASE = timedelta(minutes=5)  # longer than a batch may take
CLAIMED = ["state", "claim", "reserved_at", "lease_until", "mailbox", "to_address", *judging.PUT_OFF]


@dataclass(frozen=True)
class Claim:
    """Messages that one worker has claimed, of `seen` that were due; `marks` is what that rested on (`exchange`)."""

    key: UUID
    messages: frozenset[UUID]
    seen: int = 0
    marks: dict[UUID, str] = field(default_factory=dict)


def attach_surroundings(rows: list[OutboundMessage]) -> None:
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
    return no(ExclusionReason.MAILBOX_STOPPED, texting.MISSING, final=False, retry_at=now + judging.STOPPED_PAUSE)


@dataclass(frozen=True)
class Around:
    """What holds for all that is due in a workspace."""

    limits: Asked[Any]
    rules: Asked[SendingPolicy]
    days: Asked[DayOff]


@together.planned
def _around() -> Around:
    return Around(pacing.are_limited(), SendingPolicy.objects.all()[:1], DayOff.objects.all())  # type: ignore[arg-type]


@transaction.atomic(savepoint=False)  # two trips less; who calls it is in a transaction that ends with it
def claim_due(*, tenant: Tenant, now: datetime, limit: int = BATCH) -> Claim:
    """Claim the messages of this tenant that are due, at most one to a person, after asking the gate again.

    Whoever may no longer be written to is excluded here with the reason; whoever may not yet is put off. `now` is the
    database's clock (`clock.database_now`). Steps and broadcasts have no words before `ledger.write`.
    """
    around = _around()
    together.fetch(vars(around).values())
    lanes = pacing.lanes(now, lock=True) if together.one(around.limits) == "true" else Lanes()  # type: ignore[arg-type]
    due = claim_screen.lock_due(now=now, limit=limit, closed=pacing.closed(lanes, now))
    held = Held(uuid4(), now, RESERVED_LEASE)
    plain = _plainly(due, held, lanes, around)
    rest = [row.id for row in due if row.id not in plain]
    others, marks = _carefully(rest, held, lanes, tenant) if rest else (set[UUID](), dict[UUID, str]())
    marks |= {row.id: row.mark for row in due if row.id in plain}
    return Claim(held.claim, frozenset(plain | others), seen=len(due), marks=marks)


def _plainly(due: Row[Due], held: Held, lanes: Lanes, around: Around) -> set[UUID]:
    """Those whom nothing at all keeps back, and whose turn it is."""
    now, rules = held.now, next(iter(together.rows(around.rules)), SendingPolicy())
    calendar = days_off.calendar_of(together.rows(around.days))
    fit, _ = timing.fitting(claim_screen.in_hours(due, now, calendar), now, lanes)
    found = claim_screen.reserve(fit, held, rules)
    taken = [row for row in fit if row.id in found]
    for row in taken if lanes.every else ():
        lanes.way(row.mailbox_id).take(now, row.id)
    if any(row.is_paused for row in taken):
        enrolments.resume_paused([row.enrolment_id for row in taken if row.enrolment_id], now)
    return found


def _carefully(keys: Collection[UUID], held: Held, lanes: Lanes, tenant: Tenant) -> tuple[set[UUID], dict[UUID, str]]:
    """(which of these locked messages may go, what that rests on); the others are put off, held or excluded."""
    now = held.now
    due = list(OutboundMessage.objects.filter(among("pk", keys)).select_related("enrolment").order_by("due_at", "pk"))
    attach_surroundings(due)
    for message in due:
        message.mailbox = _choose_mailbox(message, tenant)
    rows = timing.ready(due, now, lanes)
    marks, verdicts = exchange.marks(rows), judging.verdicts(rows, now)
    verdicts |= recipient_domains.kept_back(rows, verdicts, now)
    ready = []
    for message in rows:
        verdict = judging.kept_in(message, now) or _no_account(message, tenant, now) or verdicts[message.pk]
        if verdict.may:
            message.state, message.claim, message.to_address = MessageState.RESERVED, held.claim, verdict.address
            message.reserved_at, message.lease_until = now, now + held.lease
            message.put_off_reason = message.put_off_words = ""
            ready.append(message)
        else:
            judging.turn_away(message, verdict, now)
    many.update(ready, CLAIMED)
    enrolments.resume_paused([m.enrolment_id for m in ready if m.enrolment_id], now)
    return {message.pk for message in ready}, marks
