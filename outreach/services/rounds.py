"""Going through a sequence again: who may, and which time it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from crm.tenancy.many import among
from outreach.choices import OPEN_ENROLMENTS, ReEntry
from outreach.models import Enrolment, Sequence

ONCE = "They are or were in this sequence: nobody goes through it twice."


@dataclass(frozen=True)
class Round:
    """Which time somebody would go through a sequence, from 1; `against` says why they may not."""

    number: int = 1
    against: str = ""


FIRST = Round()


def _again(sequence: Sequence, state: str, ended_at: datetime | None, number: int, now: datetime) -> Round:
    """What follows the last time."""
    if state in OPEN_ENROLMENTS:
        return Round(number, "They are in this sequence now.")
    if sequence.re_entry == ReEntry.NEVER:
        return Round(number, ONCE)
    free_at = (ended_at or now) + timedelta(days=sequence.re_entry_days)
    if sequence.re_entry == ReEntry.AFTER and free_at > now:
        return Round(number, f"They went through it lately: again from {free_at:%-d %B %Y} on.")
    return Round(number + 1)


def of(*, sequence: Sequence, candidate_ids: Collection[UUID], now: datetime) -> dict[UUID, Round]:
    """{person: the time that would be next} of those who were in the sequence before; one query."""
    rows = Enrolment.objects.filter(among("candidate", candidate_ids), sequence=sequence).order_by("round")
    found = rows.values_list("candidate_id", "state", "ended_at", "round")
    return {pk: _again(sequence, state, ended_at, number, now) for pk, state, ended_at, number in found}


def by_number(ids: Collection[UUID], known: Mapping[UUID, Round]) -> dict[int, list[UUID]]:
    """{which time: the people for whom it would be that one}."""
    groups: dict[int, list[UUID]] = defaultdict(list)
    for pk in ids:
        groups[known.get(pk, FIRST).number].append(pk)
    return groups
