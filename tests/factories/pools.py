"""Pools, invented."""

from __future__ import annotations

from crm.actors import SYSTEM
from crm.models import Member
from talent.choices import PoolVisibility
from talent.models import Candidate, PoolMembership, PoolStage, TalentPool
from talent.services import pool_sharing, pool_stages, pools
from tests.factories.talent import NOW


def a_pool(name: str = "Berlin platform", *, people: list[Candidate] | None = None) -> TalentPool:
    """A shared pool of the current tenant, its people at the first stage."""
    pool = pools.create(name=name, purpose="", by=SYSTEM)
    pools.add(pool=pool, candidates=people or [], by=SYSTEM, now=NOW)
    return pool


def keep_confidential(pool: TalentPool, owner: Member, *guests: Member) -> None:
    pool_sharing.share(pool=pool, visibility=PoolVisibility.CONFIDENTIAL, members=guests, owner=owner, by=owner.actor)


def stage(pool: TalentPool, name: str) -> PoolStage:
    return next(s for s in pool_stages.of(pool) if s.name == name)


def place(pool: TalentPool, candidate: Candidate, **fields: object) -> PoolMembership:
    return PoolMembership.objects.create(
        pool=pool, candidate=candidate, stage=pool_stages.first(pool), added_by="Test", moved_at=NOW, **fields
    )
