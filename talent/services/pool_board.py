"""A pool as a board: its stages side by side, in each those with whom nothing happened for longest on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from talent.models import PoolMembership, PoolStage, TalentPool
from talent.services import pool_stages, pools

CARDS = 50  # of each stage; the list shows the others
STILL_FRESH, GETTING_OLD = 5, 10  # days
Freshness = Literal["fresh", "cooling", "cold"]


@dataclass(frozen=True)
class Card:
    """Somebody on the board; `days` since the last message, talk or move."""

    place: PoolMembership
    days: int

    @property
    def freshness(self) -> Freshness:
        if self.days <= STILL_FRESH:
            return "fresh"
        return "cooling" if self.days <= GETTING_OLD else "cold"


@dataclass(frozen=True)
class Column:
    """A stage; `total` counts everybody in it, of whom `cards` shows the first."""

    stage: PoolStage
    total: int
    cards: Sequence[Card]


def show(pool: TalentPool, *, now: datetime) -> list[Column]:
    """The board in three queries."""
    stages, totals = pool_stages.of(pool), pools.sizes(pool=pool)
    found: dict[object, list[Card]] = {stage.pk: [] for stage in stages}
    for place in PoolMembership.objects.of(pool).longest_quiet(CARDS):
        found[place.stage_id].append(Card(place, max(0, (now - place.active_at).days)))
    return [Column(stage, totals.get(stage.pk, 0), found[stage.pk]) for stage in stages]
