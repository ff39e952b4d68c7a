"""Whom a mail to a segment would reach today, and what stands in the way of the others: the gate, asked for everybody.

The gate's own verdicts are counted, so that the steps are the reasons that planner and sender would give.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from outreach.choices import ExclusionReason
from outreach.models import Enrolment
from outreach.services import gate
from outreach.services.gate import Intent, Verdict
from talent.models import Segment
from talent.models.candidate import display_names
from talent.services import membership

BATCH = 2000
MOST = 20_000  # members who are judged while somebody waits
SHOWN = 100
RECEIVES = "receives"


@dataclass(frozen=True)
class Step:
    """How many a reason keeps away, and how many are left after it."""

    reason: str
    label: str
    count: int
    left: int


@dataclass(frozen=True)
class Reach:
    """`matched` people, of whom the `judged` ones known last were asked about; `receives` would get a mail today."""

    matched: int
    judged: int
    steps: Sequence[Step]
    receives: int
    in_sequences: int

    @property
    def is_partial(self) -> bool:
        return self.judged < self.matched


@dataclass(frozen=True)
class Kept:
    """Somebody a step is about, with the gate's words."""

    candidate_id: UUID
    name: str
    words: str


def _intent(segment: Segment) -> Intent:
    """A mail by a plan, of our own accord: what the steps of a sequence send."""
    return Intent(key=f"reach:{segment.pk}", sequence_id=segment.pk)


def _verdicts(ids: Sequence[UUID], intent: Intent, now: datetime) -> Iterator[dict[UUID, Verdict]]:
    for start in range(0, min(len(ids), MOST), BATCH):
        some = ids[start : min(start + BATCH, MOST)]
        yield gate.verdicts(candidate_ids=some, intent=intent, now=now)


def _members(segment: Segment) -> list[UUID]:
    return list(membership.current(segment).values_list("candidate_id", flat=True)[:MOST])


def _steps(counts: Counter[str], judged: int) -> list[Step]:
    """The reasons that keep somebody away. Each person counts once, by the first thing that the gate names."""
    found, left = [], judged
    for reason in ExclusionReason:
        if counts[reason]:
            left -= counts[reason]
            found.append(Step(str(reason), str(reason.label), counts[reason], left))
    return found


def of_people(*, ids: Sequence[UUID], intent: Intent, now: datetime) -> Reach:
    """The waterfall: everybody among `ids`, of whom MOST are judged, less each reason, down to who would receive it."""
    counts: Counter[str] = Counter()
    receivers: list[UUID] = []
    for found in _verdicts(ids, intent, now):
        counts.update(verdict.reason for verdict in found.values() if not verdict.may)
        receivers += [person for person, verdict in found.items() if verdict.may]
    judged = sum(counts.values()) + len(receivers)
    running = Enrolment.objects.open().filter(candidate_id__in=receivers).values("candidate_id").distinct().count()
    return Reach(max(len(ids), judged), judged, _steps(counts, judged), len(receivers), running)


def reach(*, segment: Segment, now: datetime) -> Reach:
    """The waterfall of everybody who matches a segment's rule."""
    found = of_people(ids=_members(segment), intent=_intent(segment), now=now)
    return replace(found, matched=max(membership.current(segment).count(), found.judged))


def kept_of(*, ids: Sequence[UUID], intent: Intent, reason: str, now: datetime, limit: int = SHOWN) -> list[Kept]:
    """Those among `ids` whom one step is about; RECEIVES for those who would get a mail."""
    kept: dict[UUID, str] = {}
    for found in _verdicts(ids, intent, now):
        kept |= {p: v.words or v.address for p, v in found.items() if (RECEIVES if v.may else v.reason) == reason}
        if len(kept) >= limit:
            break
    shown = list(kept)[:limit]
    names = display_names(shown)
    return [Kept(person, names[person], kept[person]) for person in shown if person in names]


def people(*, segment: Segment, reason: str, now: datetime, limit: int = SHOWN) -> list[Kept]:
    """The people of one step of a segment's waterfall."""
    return kept_of(ids=_members(segment), intent=_intent(segment), reason=reason, now=now, limit=limit)
