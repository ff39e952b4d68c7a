"""The hold-out of a sequence: a few people whom it leaves alone, and what it does, measured against them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.models import Event
from crm.tenancy.many import among
from outreach.events import MESSAGE_CLASSED, MESSAGE_RECEIVED
from outreach.models import Enrolment, HeldOut, Sequence
from outreach.services import hashing, intervals
from outreach.services.intervals import Interval
from talent.events import APPLICATION_MADE, APPLICATION_MOVED

WITHIN = timedelta(days=90)  # what somebody does later is not the sequence's doing
LEAST = 30  # people in each group, before anything is said
WORDS = "They are in the control group: this sequence leaves them alone."


@dataclass(frozen=True)
class Outcome:
    """What people may do, and the events that show it; `undone`: later ones about the same that take them back."""

    name: str
    label: str
    events: Q
    undone: Q | None = None


REPLIED = Q(kind=MESSAGE_RECEIVED, data__kind="reply") | Q(kind=MESSAGE_CLASSED, data__became="reply")
OUTCOMES = (
    Outcome("replied", "Replied", REPLIED, Q(kind=MESSAGE_CLASSED, data__became="auto_reply")),
    Outcome("applied", "Applied", Q(kind=APPLICATION_MADE)),
    Outcome("moved", "Moved to another stage", Q(kind=APPLICATION_MOVED)),
)


def is_held(sequence: Sequence, person: UUID) -> bool:
    """Whether the hash puts somebody into the control group; raising the percentage keeps everybody in who was."""
    return hashing.part(sequence.pk, person) < sequence.hold_out_percent * hashing.PARTS // 100


def of(sequence: Sequence, people: Collection[UUID]) -> set[UUID]:
    """Those whom the sequence leaves alone: by the hash, or because it did before."""
    before = HeldOut.objects.filter(among("candidate", people), sequence=sequence)
    by_hash = {person for person in people if is_held(sequence, person)} if sequence.hold_out_percent else set()
    kept = set(before.values_list("candidate_id", flat=True))
    if by_hash:
        entered = Enrolment.objects.filter(among("candidate", by_hash), sequence=sequence)
        kept |= by_hash - set(entered.values_list("candidate_id", flat=True))
    return kept


def remember(sequence: Sequence, people: Row[UUID], now: datetime) -> None:
    """They would have come into the sequence at this moment, and do not."""
    rows = [HeldOut(sequence=sequence, candidate_id=person, since=now) for person in people]
    HeldOut.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


@dataclass(frozen=True)
class Group:
    """How many of a group did it."""

    people: int
    did: int

    @property
    def rate(self) -> Interval:
        return intervals.share(self.did, self.people)


@dataclass(frozen=True)
class Line:
    """One outcome in both groups."""

    label: str
    inside: Group
    control: Group

    @property
    def difference(self) -> Interval:
        """What the sequence adds, in shares."""
        inside, control = self.inside, self.control
        return intervals.difference(inside.did, inside.people, control.did, control.people)

    @property
    def words(self) -> str:
        """What may honestly be said of it."""
        if min(self.inside.people, self.control.people) < LEAST:
            return "Not enough people yet."
        if not self.difference.excludes_zero:
            return "No difference shown: it may be chance."
        return "More with the sequence." if self.difference.value > 0 else "Fewer with the sequence."


@dataclass(frozen=True)
class Report:
    """The outcomes, counted for 90 days from when each person came in or would have."""

    lines: list[Line]
    inside: int
    control: int
    since: datetime | None
    waits: str  # how long until there are enough people, in words; "" when there are


NOTHING = Report([], 0, 0, None, "")


def _did(rows: QuerySet[Enrolment] | QuerySet[HeldOut], start: str, outcome: Outcome) -> int:
    """Of these people, how many did it in time."""
    seen = Event.objects.filter(outcome.events, candidate_id=OuterRef("candidate_id"), occurred_at__gte=OuterRef(start))
    if outcome.undone is not None:
        about = {"subject_id": OuterRef("subject_id"), "candidate_id": OuterRef("candidate_id")}
        seen = seen.exclude(
            Exists(Event.objects.filter(outcome.undone, **about, occurred_at__gt=OuterRef("occurred_at")))
        )
    return rows.filter(Exists(seen.filter(occurred_at__lt=OuterRef(start) + WITHIN))).count()


def _wait(control: int, since: datetime, now: datetime) -> str:
    """How long until the control group is large enough, at the pace so far."""
    if control >= LEAST:
        return ""
    days = max((now - since).days, 1)
    months = (LEAST - control) * days / control / 30 if control else 0
    about = f", about {max(1, round(months))} more months at this pace" if control else ""
    return f"{LEAST - control} more people in the control group are needed{about}."


def report(sequence: Sequence, now: datetime) -> Report | None:
    """What the sequence does, against its control group; None where there never was one.

    People who came in before there was a control group are not compared with it.
    """
    held = HeldOut.objects.filter(sequence=sequence)
    first = held.order_by("since").values_list("since", flat=True).first()
    if first is None:
        return None
    inside = Enrolment.objects.filter(sequence=sequence, enrolled_at__gte=first, round=1)
    people, control = inside.count(), held.count()
    lines = [
        Line(
            one.label,
            Group(people, _did(inside, "enrolled_at", one)),
            Group(control, _did(held, "since", one)),
        )
        for one in OUTCOMES
    ]
    return Report(lines, people, control, first, _wait(control, first, now))
