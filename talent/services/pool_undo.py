"""Takes back a move, a removal or a decision in a pool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.services import undo
from crm.services.undo import NothingToUndo
from talent.models import PoolMembership, PoolStage, TalentPool
from talent.services import moves, pool_feeds, pools

DECISIONS = ("pool.accept", "pool.decline")


@transaction.atomic
def move(*, membership: PoolMembership, stage: PoolStage, by: Actor, now: datetime) -> str:
    """Move somebody, with a way back; returns its token, empty when they stood there already. Raises WrongStage."""
    return moves.move("pool.move", membership, lambda: pools.move(membership=membership, stage=stage, by=by, now=now))


@transaction.atomic
def remove(*, pool: TalentPool, places: Sequence[PoolMembership], by: Actor, now: datetime) -> str:
    """Take people out of a pool, with a way back; returns its token."""
    gone = pools.as_kept(PoolMembership.objects.filter(pk__in=[place.pk for place in places]))
    pools.remove(pool=pool, candidates=[p.candidate for p in places], by=by, now=now)
    return undo.keep({"act": "pool.remove", "pool": str(pool.pk), "places": {str(p): row for p, row in gone.items()}})


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> str:
    """Undo what a token stands for; returns what to say. Raises NothingToUndo."""
    facts = undo.take(token)
    if facts.get("act") == "pool.move":
        return _move_back(facts, by, now)
    if facts.get("act") == "pool.remove":
        return _put_back(facts, by, now)
    if facts.get("act") in DECISIONS:
        count = pool_feeds.reopen(facts=facts, by=by, now=now)
        return f"{count} back in Unreviewed."
    raise NothingToUndo("This can no longer be undone here.")


def _move_back(facts: dict[str, Any], by: Actor, now: datetime) -> str:
    place = PoolMembership.objects.select_related("pool", "stage", "candidate").filter(pk=facts["place"]).first()
    stage = PoolStage.objects.filter(pk=facts["stage"]).first()

    def step(place: PoolMembership, stage: PoolStage) -> None:
        pools.move(membership=place, stage=stage, by=by, now=now)

    return moves.put_back(facts, place, stage, step)


def _put_back(facts: dict[str, Any], by: Actor, now: datetime) -> str:
    pool = TalentPool.objects.filter(pk=facts["pool"]).first()
    if pool is None:
        raise NothingToUndo("This can no longer be undone: the pool is gone.")
    places = {UUID(person): row for person, row in facts["places"].items()}
    back = pools.put_back(pool=pool, places=places, by=by, now=now)
    if not back:
        raise NothingToUndo(f"There is nothing to undo: they are in “{pool}” again, or are gone.")
    return f"{len(back)} back in “{pool}”."
