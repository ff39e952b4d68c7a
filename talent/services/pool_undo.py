"""Takes back a move, a removal or a decision in a pool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.actors import Actor
from crm.services import undo
from crm.services.undo import NothingToUndo
from talent.models import Candidate, PoolMembership, PoolStage, TalentPool
from talent.services import pool_feeds, pool_stages, pools

DECISIONS = ("pool.accept", "pool.decline")


@transaction.atomic
def move(*, membership: PoolMembership, stage: PoolStage, by: Actor, now: datetime) -> str:
    """Move somebody, with a way back; returns its token, empty when they stood there already. Raises WrongStage."""
    before = membership.stage_id
    if before == stage.pk:
        return ""
    pools.move(membership=membership, stage=stage, by=by, now=now)
    return undo.keep({"act": "pool.move", "place": str(membership.pk), "stage": str(before)})


@transaction.atomic
def remove(*, pool: TalentPool, places: Sequence[PoolMembership], by: Actor, now: datetime) -> str:
    """Take people out of a pool, with a way back; returns its token."""
    gone = [[str(p.candidate_id), str(p.stage_id), p.reason] for p in places]
    pools.remove(pool=pool, candidates=[p.candidate for p in places], by=by, now=now)
    return undo.keep({"act": "pool.remove", "pool": str(pool.pk), "people": gone})


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
    if place is None or stage is None:
        raise NothingToUndo("This can no longer be undone: the person or the stage is gone.")
    pools.move(membership=place, stage=stage, by=by, now=now)
    return f"{place.candidate.name} is back in “{stage}”."


def _put_back(facts: dict[str, Any], by: Actor, now: datetime) -> str:
    pool = TalentPool.objects.filter(pk=facts["pool"]).first()
    if pool is None:
        raise NothingToUndo("This can no longer be undone: the pool is gone.")
    stages = {str(s.pk): s for s in pool_stages.of(pool)}
    for person, stage, reason in facts["people"]:
        found = Candidate.objects.filter(pk=person)
        pools.add(pool=pool, candidates=found, by=by, now=now, reason=reason, stage=stages.get(stage))
    return f"{len(facts['people'])} back in “{pool}”."
