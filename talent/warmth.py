"""The arithmetic of engagement: evidence by class, halved with age, repeats damped, put into words as warmth.

A score is the sum of `weight x damping x 2^(-age / half-life)`. All evidence fades at the same pace, so a person's sum
is kept once, scaled to a fixed day (`EPOCH`): it never has to be written again because time passed, lists order by it,
and a level is a plain comparison with a bound that moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from talent.choices import Warmth

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
REPEAT = timedelta(hours=24)  # the same again within this time counts half, then a quarter ...
LEAST_HALF_LIFE, MOST_HALF_LIFE = 14, 730  # days; below, numbers grow beyond a double in some decades
MOST_WEIGHT = 1000
Certainty = Literal["human", "likely", "unclear", "machine"]
DAY = timedelta(days=1)


Facts = tuple[tuple[str, str], ...]


def _covers(facts: Facts, data: Mapping[str, object]) -> bool:
    return all(str(data.get(name, "")).lower() == value for name, value in facts)


@dataclass(frozen=True)
class Undoing:
    """A later event about the same subject by which something was no evidence after all; `facts` names one at least."""

    kind: str
    facts: Facts


@dataclass(frozen=True)
class Evidence:
    """A class of events: of one `kind`, and where `facts` is given, with these facts in the event's data.

    `weight` is what a new tenant begins with. Evidence that `resets` ends all that came before it: who unsubscribed
    is not warm any more, whatever they read last month. `undone_by`: what takes a single event back.
    """

    name: str
    label: str
    certainty: Certainty
    kind: str
    weight: int = 0
    facts: Facts = ()
    resets: bool = False
    undone_by: Undoing | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of events that say something about it."""
        return frozenset({self.kind, self.undone_by.kind} if self.undone_by else {self.kind})

    def covers(self, kind: str, data: Mapping[str, object]) -> bool:
        return kind == self.kind and _covers(self.facts, data)

    def is_undone(self, kind: str, data: Mapping[str, object]) -> bool:
        return self.undone_by is not None and kind == self.undone_by.kind and _covers(self.undone_by.facts, data)


evidence: dict[str, Evidence] = {}


def register(*more: Evidence) -> None:
    """Add classes of evidence; called by wiring, because the apps that publish the events lie above."""
    for one in more:
        if evidence.setdefault(one.name, one) != one:
            raise ValueError(f"Two classes of evidence are called {one.name}.")


def kinds() -> frozenset[str]:
    """The kinds of events by which a score changes."""
    return frozenset().union(*(one.kinds for one in evidence.values()))


@dataclass(frozen=True)
class Weights:
    """What counts how much in a tenant. `levels` are the least scores of COOL, WARM and ENGAGED, rising."""

    half_life_days: int = 60
    points: Mapping[str, int] | None = None
    levels: tuple[float, float, float] = (5, 20, 50)
    version: int = 0

    def of(self, one: Evidence) -> int:
        return one.weight if self.points is None else self.points.get(one.name, one.weight)

    def growth(self, at: datetime) -> float:
        """What one point of evidence at that moment weighs in a kept sum."""
        return float(2.0 ** ((at - EPOCH) / DAY / self.half_life_days))

    def score(self, kept: float, now: datetime) -> float:
        """A kept sum as a score at a moment."""
        return kept / self.growth(now)

    def bound(self, level: int, now: datetime) -> float:
        """The least kept sum of somebody who is at that level (a Warmth above DORMANT) at a moment."""
        return self.levels[level - 1] * self.growth(now)

    def level(self, kept: float, now: datetime) -> Warmth:
        reached = [level for level in list(Warmth)[1:] if kept >= self.bound(level, now)]
        return Warmth(max(reached, default=Warmth.DORMANT))


@dataclass(frozen=True)
class Happened:
    """One event as far as the score is concerned."""

    at: datetime
    evidence: Evidence


@dataclass(frozen=True)
class Told:
    """An event of the log; `subject` is the id of what it is about, if anything."""

    kind: str
    at: datetime
    data: Mapping[str, object]
    subject: str | None = None


def happened(told: Sequence[Told]) -> list[Happened]:
    """What counts among these events: those of a class that nothing later has taken back."""
    every, undone = list(evidence.values()), dict[tuple[str, str | None], datetime]()
    for event in told:
        for one in every:
            if event.subject is not None and one.is_undone(event.kind, event.data):
                key = one.name, event.subject
                undone[key] = max(event.at, undone.get(key, event.at))
    return [
        Happened(event.at, one)
        for event in told
        for one in every
        if one.covers(event.kind, event.data)
        and ((one.name, event.subject) not in undone or undone[one.name, event.subject] < event.at)
    ]


@dataclass(frozen=True)
class Piece:
    """What one event adds to a score: its weight, damped as a repeat, faded with age. `ended`: a reset came later."""

    happened: Happened
    weight: int
    damping: float
    fading: float
    ended: bool = False

    @property
    def points(self) -> float:
        return 0.0 if self.ended else self.weight * self.damping * self.fading

    @property
    def repeats(self) -> int:
        """How many times the same came shortly before."""
        return round(-math.log2(self.damping))


def pieces(events: Iterable[Happened], weights: Weights, now: datetime) -> Sequence[Piece]:
    """Every event's part in the score at a moment, oldest first; their points add up to the score."""
    ordered = sorted((e for e in events if e.at <= now), key=lambda e: e.at)
    reset = max((e.at for e in ordered if e.evidence.resets), default=None)
    last: dict[str, tuple[datetime, float]] = {}
    found = []
    for one in ordered:
        ended = reset is not None and one.at <= reset
        before = last.get(one.evidence.name)
        damping = before[1] / 2 if before and one.at - before[0] < REPEAT else 1.0
        if not ended:
            last[one.evidence.name] = (one.at, damping)
        fading = weights.growth(one.at) / weights.growth(now)
        found.append(Piece(one, weights.of(one.evidence), damping, fading, ended or one.evidence.resets))
    return found
