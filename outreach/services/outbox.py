"""The future outbox: every message that is planned, and what a colleague may do with it before it goes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from crm.actors import Actor
from crm.models import Tenant
from crm.placeholders import MERGE_TAG
from crm.services import audit
from outreach.choices import ExclusionReason, HoldReason, MessageState, Purpose
from outreach.models import Mailbox, OutboundMessage
from outreach.services import enrolments, forecast, freezing, mailboxes, pacing, planning, windows
from outreach.services.forecast import Tally
from outreach.services.merge_tags import Latest
from outreach.services.pacing import Lane, Pace
from outreach.services.templates import Filled, TemplateRefused
from talent.choices import Seniority, Warmth
from talent.services import engagement

DAYS = 14
PAGE = 50
UNFILLED = re.compile(MERGE_TAG.pattern + r"|\{%[^}]*%\}")
AS_IT_STANDS = "These words go as they stand: write the words themselves in the place of {tag}."
MOST_TOGETHER = 500
FREE = "free"  # what nothing holds
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


def who_deserve_a_call(rows: QuerySet[OutboundMessage], now: datetime) -> QuerySet[OutboundMessage]:
    """Those to people who are highly engaged, senior at least, and have answered before: a colleague does better."""
    bound = engagement.current().bound(Warmth.ENGAGED, now)
    warm = rows.filter(candidate__engagement__gte=bound, candidate__last_replied_at__isnull=False)
    return warm.filter(candidate__seniority__gte=Seniority.SENIOR)


@dataclass(frozen=True)
class Asked:
    """Which messages a page shows; empty values are not asked for. `hold`: a HoldReason, "any", or FREE."""

    mailbox: UUID | None = None
    day: date | None = None
    hold: str = ""
    sequence: UUID | None = None
    deserve_a_call: bool = False
    after: OutboundMessage | None = None

    def rows(self, now: datetime, zone: str) -> QuerySet[OutboundMessage]:
        rows = planned(now)
        if self.mailbox:
            rows = rows.filter(mailbox=self.mailbox)
        if self.day:
            rows = self._of_day(rows, self.day, now, zone)
        if self.deserve_a_call:
            rows = who_deserve_a_call(rows, now)
        if self.hold == FREE:
            rows = rows.filter(is_held=False)
        elif self.hold:
            named = rows.filter(held_for=self.hold) if self.hold in HoldReason.values else rows.none()
            rows = rows.filter(is_held=True) if self.hold == "any" else named
        if self.sequence:
            rows = rows.filter(enrolment__sequence=self.sequence)
        if self.after:
            seen = self.after
            rows = rows.filter(Q(due_at__gt=seen.due_at) | Q(due_at=seen.due_at, pk__gt=seen.pk))
        return rows

    def _of_day(
        self, rows: QuerySet[OutboundMessage], day: date, now: datetime, zone: str
    ) -> QuerySet[OutboundMessage]:
        """Of a day far from today there are none, and the calendar may have no day beside it."""
        if abs(day - now.date()) > timedelta(days=366):
            return rows.none()
        pace = pacing.Pace(zone=zone)
        return rows.filter(due_at__gte=pace.midnight(day), due_at__lt=pace.midnight(day + timedelta(days=1)))


@dataclass(frozen=True)
class Day:
    """A day of a mailbox, or of several that have a cap together: mails planned for it and carried over from full days
    before, those that go, and how many its own cap takes. `limits` names those whose caps carry the rest into the next.
    """

    day: date
    planned: int
    carried: int
    goes: int
    allowed: int | None
    limits: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.planned + self.carried > self.goes

    @property
    def words(self) -> str:
        """Why some go later."""
        return f"More than fits under the limit of {' and of '.join(self.limits)}: the rest goes the day after"


@dataclass(frozen=True)
class Calendar:
    """14 days of one mailbox; `mailbox` None: of all mailboxes of a domain, or of the workspace."""

    title: str
    mailbox: Mailbox | None
    days: list[Day]

    @property
    def words(self) -> str:
        """Whose limits carry mails into a later day; empty: nobody's."""
        limits = sorted({limit for day in self.days if day.is_over for limit in day.limits})
        return f"Mails wait for a later day, under the limit of {' and of '.join(limits)}." if limits else ""


def _days(tally: Tally, lane: Lane | None, now: datetime, labels: Mapping[str, str]) -> list[Day]:
    found, carried = [], 0
    for day in (tally.pace.day_of(now) + timedelta(days=n) for n in range(DAYS)):
        planned, goes, allowed = tally.due[day], tally.goes[day], tally.pace.allowed(day)
        if lane is not None and allowed is not None:
            allowed = max(0, allowed - lane.used[day] + goes)
        limits = tuple(sorted(labels[name] for name in tally.full.get(day, ())))
        found.append(Day(day, planned, carried, goes, allowed, limits))
        carried += planned - goes
    return found


def calendars(now: datetime) -> list[Calendar]:
    """The next 14 days of each mailbox, and of each domain and the workspace that have a cap. Held messages do not
    count; what does not fit under a cap is carried into the next day.
    """
    mailboxes = list(Mailbox.objects.all())
    known = forecast.of_planned(now, now + timedelta(days=DAYS), windows.workspace_zone())
    own = {str(box.pk): box for box in mailboxes}
    labels = {name: forecast.label(name, mailboxes) for name in known.lanes.every}
    found = []
    for name in [*own, *(name for name in known.lanes.every if name not in own)]:
        box, lane = own.get(name), known.lanes.every.get(name)
        tally = known.tally(name, known.paces[box.pk] if box else lane.pace if lane else Pace())
        title = box.from_address if box else forecast.together(name)
        found.append(Calendar(title, box, _days(tally, lane, now, labels)))
    return found


def _lock(message: OutboundMessage) -> OutboundMessage:
    rows = OutboundMessage.objects.filter(pk=message.pk, state=MessageState.PLANNED)
    found = rows.select_related(*LOADED).select_for_update(of=("self",)).first()
    if found is None:
        raise TooLate("It is too late: the message is on its way, or settled.")
    return found


def _record(action: str, message: OutboundMessage, by: Actor, **facts: object) -> None:
    audit.record(action=action, by=by, object_type="outreach.outboundmessage", object_id=message.pk, facts=facts)


def reading(message: OutboundMessage, tenant: Tenant, latest: Latest) -> Filled:
    """Its words as they would go now. Raises TemplateRefused; the rows of LOADED are loaded."""
    if message.text or message.step is None or message.enrolment is None:
        return Filled(message.subject, message.text, (), {}, ())
    sequence = message.enrolment.sequence
    sender = message.sender or message.enrolment.sender or sequence.sender
    mailbox = message.mailbox or sequence.mailbox or mailboxes.for_sender(tenant=tenant, sender=sender)
    return freezing.reading(message, mailbox=mailbox, tenant=tenant, latest=latest)


def words_of(message: OutboundMessage, tenant: Tenant, now: datetime) -> tuple[Filled, str]:
    """The same, with the problem in words where it cannot be made."""
    try:
        return reading(message, tenant, Latest(now)), ""
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


def unfilled(subject: str, body: str) -> str:
    """What is wrong with words for one person in which merge tags stand: nothing fills them. Else empty."""
    found = UNFILLED.search(f"{subject}\n{body}")
    return AS_IT_STANDS.format(tag=found[0][:60]) if found else ""


@transaction.atomic
def edit(*, message: OutboundMessage, subject: str, body: str, by: Actor) -> OutboundMessage:
    """Give a planned step these words instead of its own, as they are. Raises TooLate and NotChanged."""
    row = _lock(message)
    if row.purpose != Purpose.SEQUENCE_STEP:
        raise NotChanged("Only mails of sequences are written anew here.")
    if not body.strip():
        raise NotChanged("There is no text.")
    if problem := unfilled(subject, body):
        raise NotChanged(problem)
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
