"""The future outbox: every message that is planned, and what a colleague may do with it before it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from crm.actors import Actor
from crm.models import Tenant
from crm.services import audit
from outreach.choices import ExclusionReason, HoldReason, MessageState, Purpose
from outreach.models import Mailbox, OutboundMessage
from outreach.services import enrolments, freezing, mailboxes, pacing, planning, windows
from outreach.services.templates import Filled, TemplateRefused

DAYS = 14
PAGE = 50
MOST_TOGETHER = 500
LOADED = (
    "candidate",
    "mailbox",
    "step__template",
    "sender__user",
    "broadcast__sender__user",
    "enrolment__sender__user",
    "enrolment__sequence__sender__user",
    "enrolment__sequence__mailbox",
    "enrolment__sequence__created_by",
)


class TooLate(ValueError):
    """The message is on its way, or settled."""


class NotChanged(ValueError):
    """What was asked for does not fit this message; the message says why."""


def planned(now: datetime) -> QuerySet[OutboundMessage]:
    """What is to go within 14 days, and what is late, the next first."""
    rows = OutboundMessage.objects.filter(state=MessageState.PLANNED, due_at__lt=now + timedelta(days=DAYS))
    found: QuerySet[OutboundMessage] = rows.select_related(*LOADED).order_by("due_at", "pk")
    return found


@dataclass(frozen=True)
class Asked:
    """Which messages a page shows; empty values are not asked for. `hold`: a HoldReason, or "any"."""

    mailbox: UUID | None = None
    day: date | None = None
    hold: str = ""
    sequence: UUID | None = None
    after: OutboundMessage | None = None

    def rows(self, now: datetime, zone: str) -> QuerySet[OutboundMessage]:
        rows = planned(now)
        if self.mailbox:
            rows = rows.filter(mailbox=self.mailbox)
        if self.day:
            pace = pacing.Pace(zone=zone)
            rows = rows.filter(
                due_at__gte=pace.midnight(self.day), due_at__lt=pace.midnight(self.day + timedelta(days=1))
            )
        if self.hold:
            rows = rows.filter(is_held=True) if self.hold == "any" else rows.filter(held_for=self.hold)
        if self.sequence:
            rows = rows.filter(enrolment__sequence=self.sequence)
        if self.after:
            seen = self.after
            rows = rows.filter(Q(due_at__gt=seen.due_at) | Q(due_at=seen.due_at, pk__gt=seen.pk))
        return rows


@dataclass(frozen=True)
class Day:
    """A mailbox's day: mails planned for it and carried over from full days before, and what it takes."""

    day: date
    planned: int
    carried: int
    allowed: int | None

    @property
    def goes(self) -> int:
        both = self.planned + self.carried
        return both if self.allowed is None else min(both, self.allowed)

    @property
    def is_over(self) -> bool:
        return self.allowed is not None and self.planned + self.carried > self.allowed


def days_of(mailbox: Mailbox, now: datetime) -> list[Day]:
    """Its next 14 days against its cap; what does not fit is carried into the next day. Held messages do not count."""
    lane = pacing.lane_of(mailbox, now, windows.workspace_zone())
    today = lane.pace.day_of(now)
    mine = Q(mailbox=mailbox) | Q(mailbox=None) if mailbox.is_default else Q(mailbox=mailbox)
    dues = planned(now).filter(mine, is_held=False).order_by().values_list("due_at", flat=True)
    counted = Counter(max(today, lane.pace.day_of(due)) for due in dues)
    found, carried = [], 0
    for day in (today + timedelta(days=n) for n in range(DAYS)):
        allowed = lane.pace.allowed(day)
        free = None if allowed is None else max(0, allowed - lane.used[day])
        row = Day(day, counted[day], carried, free)
        found.append(row)
        carried = row.planned + row.carried - row.goes
    return found


def _lock(message: OutboundMessage) -> OutboundMessage:
    rows = OutboundMessage.objects.filter(pk=message.pk, state=MessageState.PLANNED)
    found = rows.select_related(*LOADED).select_for_update(of=("self",)).first()
    if found is None:
        raise TooLate("It is too late: the message is on its way, or settled.")
    return found


def _record(action: str, message: OutboundMessage, by: Actor, **facts: object) -> None:
    audit.record(action=action, by=by, object_type="outreach.outboundmessage", object_id=message.pk, facts=facts)


def reading(message: OutboundMessage, tenant: Tenant) -> Filled:
    """Its words as they would go now. Raises TemplateRefused; the rows of LOADED are loaded."""
    if message.text or message.step is None or message.enrolment is None:
        return Filled(message.subject, message.text, (), {}, ())
    sequence = message.enrolment.sequence
    sender = message.sender or message.enrolment.sender or sequence.sender
    mailbox = message.mailbox or sequence.mailbox or mailboxes.for_sender(tenant=tenant, sender=sender)
    return freezing.reading(message, mailbox=mailbox, tenant=tenant)


def words_of(message: OutboundMessage, tenant: Tenant) -> tuple[Filled, str]:
    """The same, with the problem in words where it cannot be made."""
    try:
        return reading(message, tenant), ""
    except TemplateRefused as refused:
        return Filled("", "", (), {}, ()), str(refused)


@transaction.atomic
def hold(*, message: OutboundMessage, by: Actor) -> OutboundMessage:
    """Keep it until a colleague lets it go. Raises TooLate."""
    row = _lock(message)
    if row.held_for in ("", HoldReason.SEQUENCE):
        row.is_held, row.held_for = True, HoldReason.BY_HAND
        row.save(update_fields=["is_held", "held_for"])
        _record("message.hold", row, by)
    return row


def free(row: OutboundMessage, now: datetime) -> None:
    """Nothing but a pause of its sequence holds it any more; the caller saves `is_held`, `held_for`, `due_at`.

    What is late is due now, at the next moment that fits.
    """
    is_paused = row.enrolment is not None and not row.enrolment.sequence.is_active
    row.held_for = HoldReason.SEQUENCE if is_paused else ""
    row.is_held = bool(row.held_for)
    if row.due_at < now:
        enrolments.put_off([row], now)


@transaction.atomic
def release(*, message: OutboundMessage, by: Actor, now: datetime) -> OutboundMessage:
    """Let it go. Raises TooLate, and NotChanged for one that somebody is to read first."""
    row = _lock(message)
    if row.held_for == HoldReason.REVIEW:
        raise NotChanged("A colleague is to read it first: approve it instead.")
    if row.held_for in (HoldReason.BY_HAND, HoldReason.LATE, HoldReason.LEFT):
        free(row, now)
        row.save(update_fields=["is_held", "held_for", "due_at"])
        _record("message.release", row, by)
    return row


@transaction.atomic
def release_late(*, by: Actor, now: datetime) -> int:
    """Let go what an outage held, the oldest first, at most MOST_TOGETHER; returns how many."""
    rows = OutboundMessage.objects.filter(state=MessageState.PLANNED, held_for=HoldReason.LATE)
    late = list(rows.select_related(*LOADED).order_by("due_at", "pk").select_for_update(of=("self",))[:MOST_TOGETHER])
    for row in late:
        free(row, now)
    OutboundMessage.objects.bulk_update(late, ["is_held", "held_for", "due_at"], batch_size=500)
    if late:
        audit.record(action="message.release_late", by=by, object_type="", object_id=None, facts={"mails": len(late)})
    return len(late)


@transaction.atomic
def move(*, message: OutboundMessage, to: datetime, by: Actor, now: datetime) -> OutboundMessage:
    """Send it at another moment: the first one from `to` on that fits its window. Raises TooLate and NotChanged."""
    row = _lock(message)
    if to > now + timedelta(days=365):
        raise NotChanged("That is more than a year away.")
    enrolments.put_off([row], max(to, now))
    row.put_off_reason = row.put_off_words = ""
    row.save(update_fields=["due_at", "put_off_reason", "put_off_words"])
    _record("message.move", row, by, due_at=row.due_at.isoformat())
    return row


@transaction.atomic
def edit(*, message: OutboundMessage, subject: str, body: str, by: Actor) -> OutboundMessage:
    """Give a planned step these words instead of its own, as they are. Raises TooLate and NotChanged."""
    row = _lock(message)
    if row.purpose != Purpose.SEQUENCE_STEP:
        raise NotChanged("Only mails of sequences are written anew here.")
    if not body.strip():
        raise NotChanged("There is no text.")
    row.own_subject, row.own_body = subject.strip()[:300], body.strip()
    row.save(update_fields=["own_subject", "own_body"])
    freezing.forget_words(OutboundMessage.objects.filter(pk=row.pk))
    _record("message.edit", row, by)
    return row


@transaction.atomic
def cancel(*, message: OutboundMessage, by: Actor, now: datetime) -> OutboundMessage:
    """It does not go; a sequence goes on with what follows. Raises TooLate."""
    row = _lock(message)
    planning.exclude(row, reason=ExclusionReason.CANCELLED, words=f"{by.label} cancelled it.", now=now)
    enrolments.skip(message=row, now=now, by=by)
    _record("message.cancel", row, by)
    return row


def held_counts() -> dict[str, int]:
    """{reason: planned messages that it holds}."""
    rows = OutboundMessage.objects.filter(state=MessageState.PLANNED, is_held=True).order_by()
    return dict(Counter(rows.values_list("held_for", flat=True)))


def mine(rows: QuerySet[OutboundMessage], members: Iterable[UUID]) -> QuerySet[OutboundMessage]:
    """Those that one of these colleagues sends."""
    keys = list(members)
    own = Q(sender__in=keys) | Q(sender=None, enrolment__sender__in=keys)
    by_sequence = Q(sender=None, enrolment__sender=None, enrolment__sequence__sender__in=keys)
    return rows.filter(own | by_sequence)
