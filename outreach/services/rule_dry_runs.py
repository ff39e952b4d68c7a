"""What an automation rule would have met in the last days, and what it would do: asked before it is turned on.

Nothing is written. It is answered in seconds however many people there are: what is read is capped, the latest first,
and whoever reads the answer is told how far it went.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from uuid import UUID

from crm.tenancy.many import among
from crm.viewing import seen_by_nobody
from outreach.models import AutomationRule
from outreach.services import foretelling, rule_occurrences, rule_runs
from outreach.services.foretelling import Foretold
from talent.models import Candidate, FencedCandidate
from talent.services import segment_previews

SAMPLE = 20
BATCH = 2_000
LOOKED_INTO = 500  # of those whom it would be done to, the latest: each is asked for by the gate of contact
SECONDS = 5  # of a statement, and after which no more people are judged


@dataclass(frozen=True)
class Met:
    """Somebody whom the rule would have run for: when it last happened to them, and what would be done, in words."""

    candidate: Candidate
    at: datetime | None
    words: str


@dataclass(frozen=True)
class DryRun:
    """`people`, to whom it happened `times` times since then; `fitting` of them match the rule's "if" as of now.

    For `had` of these it ran already and would not again. `acts` say what would be done for `looked_into` of the
    others. `is_cut`: there was more than can be read, so that the counts are of the latest.
    """

    since: datetime
    times: int
    people: int
    fitting: int
    had: int
    looked_into: int
    acts: tuple[Foretold, ...]
    sample: tuple[Met, ...]
    is_cut: bool

    @property
    def left(self) -> int:
        """For how many it would do something."""
        return self.fitting - self.had


@dataclass
class _Judged:
    """Of those to whom it happened: how many are still there, who matches, whom of these the rule ran for already."""

    people: int = 0
    fitting: list[UUID] = field(default_factory=list)
    had: set[UUID] = field(default_factory=set)
    is_cut: bool = False


def ask(rule: AutomationRule, now: datetime) -> DryRun:
    """Go over the last days as if the rule had been on. Raises TooSlow when its "if" cannot be answered in time."""
    with seen_by_nobody(), segment_previews.bounded(SECONDS):
        happened = rule_occurrences.lately(rule, now)
        judged = _judge(rule, list(happened.people), now)
        chosen = _people([pk for pk in judged.fitting if pk not in judged.had][:LOOKED_INTO])
        acts = tuple(foretelling.of(action, chosen, now) for action in rule.actions)
    sample = [Met(one, happened.people[one.pk], " ".join(act.of(one.pk) for act in acts)) for one in chosen[:SAMPLE]]
    return DryRun(
        since=happened.since,
        times=happened.times,
        people=judged.people,
        fitting=len(judged.fitting),
        had=len(judged.had),
        looked_into=len(chosen),
        acts=acts,
        sample=tuple(sample),
        is_cut=happened.is_cut or judged.is_cut,
    )


def _judge(rule: AutomationRule, people: list[UUID], now: datetime) -> _Judged:
    """Batch by batch, until the time is over."""
    found, until = _Judged(), monotonic() + SECONDS
    for start in range(0, len(people), BATCH):
        if monotonic() > until:
            found.is_cut = True
            break
        keys = people[start : start + BATCH]
        there = set(FencedCandidate.objects.filter(among("pk", keys)).values_list("pk", flat=True))
        known = [pk for pk in keys if pk in there]
        fits = set(rule_runs.fitting(rule, known, now))
        fitting = [pk for pk in known if pk in fits]
        found.people += len(known)
        found.fitting += fitting
        found.had |= rule_runs.had_it(rule, fitting, now).keys()
    return found


def _people(keys: list[UUID]) -> list[Candidate]:
    found = Candidate.objects.in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]
