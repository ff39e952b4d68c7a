"""Talent pools and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.paging import Order, moment
from crm.services import audit
from talent.events import POOL_JOINED, POOL_LEFT, POOL_MOVED
from talent.models import Candidate, PoolMembership, TalentPool

LATEST = Order("created_at", descending=True, parse=moment)


class PoolExists(ValueError):
    """Another pool of this workspace has that name."""


def _refuse_double(name: str, pool: TalentPool | None = None) -> None:
    same = TalentPool.objects.filter(name__iexact=name).exclude(pk=pool.pk if pool else None)
    if same.exists():
        raise PoolExists(f"There is a pool called “{name}” already.")


@transaction.atomic
def create(*, name: str, purpose: str, by: Actor) -> TalentPool:
    """A new pool, owned by the member who makes it. Raises PoolExists."""
    _refuse_double(name)
    pool = TalentPool.objects.create(name=name, purpose=purpose, owner_id=by.id if by.kind == "member" else None)
    audit.record(action="pool.create", by=by, object_type="talent.talentpool", object_id=pool.pk)
    return pool


def without(taken: Iterable[UUID]) -> QuerySet[TalentPool]:
    """The pools that are not among these."""
    return TalentPool.objects.exclude(pk__in=list(taken))


def overview() -> QuerySet[TalentPool]:
    """All pools, each with its size and owner."""
    return TalentPool.objects.with_sizes()


def members(pool: TalentPool, stage: str = "") -> QuerySet[PoolMembership]:
    """Who is in a pool, in one stage or in any."""
    return PoolMembership.objects.of(pool).in_stage(stage)


def places() -> QuerySet[PoolMembership]:
    """Places in pools, with pool and person."""
    return PoolMembership.objects.select_related("pool", "candidate")


def sizes(*, pool: TalentPool) -> dict[str, int]:
    """How many people are in each stage."""
    counted = PoolMembership.objects.filter(pool=pool).order_by().values_list("stage").annotate(Count("pk"))
    return dict(counted)


@transaction.atomic
def add(*, pool: TalentPool, candidates: Iterable[Candidate], by: Actor, now: datetime, reason: str = "") -> int:
    """Put people into a pool; returns how many were not in it yet."""
    people = list(candidates)
    had = set(PoolMembership.objects.filter(pool=pool, candidate__in=people).values_list("candidate_id", flat=True))
    fresh = [p for p in people if p.pk not in had]
    PoolMembership.objects.bulk_create(
        [PoolMembership(pool=pool, candidate=p, added_by=by.label, reason=reason[:300]) for p in fresh],
        ignore_conflicts=True,
    )
    _tell(POOL_JOINED, pool, fresh, by, now)
    return len(fresh)


@transaction.atomic
def remove(*, pool: TalentPool, candidates: Iterable[Candidate], by: Actor, now: datetime) -> int:
    """Take people out of a pool; returns how many were in it."""
    gone = list(PoolMembership.objects.filter(pool=pool, candidate__in=list(candidates)).select_related("candidate"))
    PoolMembership.objects.filter(pk__in=[m.pk for m in gone]).delete()
    _tell(POOL_LEFT, pool, [m.candidate for m in gone], by, now)
    return len(gone)


@transaction.atomic
def edit(*, pool: TalentPool, name: str, purpose: str, by: Actor) -> None:
    """Rename a pool or say anew what it is for. Raises PoolExists."""
    _refuse_double(name, pool)
    pool.name, pool.purpose = name, purpose
    pool.save(update_fields=["name", "purpose"])
    audit.record(action="pool.change", by=by, object_type="talent.talentpool", object_id=pool.pk)


@transaction.atomic
def delete(*, pool: TalentPool, by: Actor) -> None:
    """Remove a pool and its memberships; the people stay."""
    key, people = pool.pk, PoolMembership.objects.filter(pool=pool).count()
    pool.delete()
    audit.record(action="pool.delete", by=by, object_type="talent.talentpool", object_id=key, facts={"people": people})


@transaction.atomic
def move(*, membership: PoolMembership, stage: str, by: Actor, now: datetime) -> None:
    """Put a member of a pool into another stage."""
    if membership.stage == stage:
        return
    before, membership.stage = membership.stage, stage
    membership.save(update_fields=["stage"])
    events.publish(
        POOL_MOVED,
        candidate=membership.candidate_id,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.talentpool", membership.pool_id),
        data={"pool": membership.pool.name, "from": before, "to": stage},
    )


def _tell(kind: str, pool: TalentPool, people: list[Candidate], by: Actor, now: datetime) -> None:
    subject = Subject("talent.talentpool", pool.pk)
    events.publish_many(
        [
            events.build(kind, candidate=p.pk, occurred_at=now, actor=by, subject=subject, data={"pool": pool.name})
            for p in people
        ]
    )
    if people:
        audit.record(action=kind, by=by, object_type=subject.type, object_id=pool.pk, facts={"people": len(people)})
