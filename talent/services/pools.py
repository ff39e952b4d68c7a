"""Talent pools and who is in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from crm import events, together
from crm.actors import Actor
from crm.events import Subject
from crm.paging import Order, moment
from crm.services import audit
from crm.together import Asked
from talent.choices import PoolVisibility, ProposalState
from talent.events import POOL_JOINED, POOL_LEFT, POOL_MOVED
from talent.models import Candidate, PoolMembership, PoolProposal, PoolStage, TalentPool
from talent.services import field_changes, pool_stages

LATEST = Order("created_at", descending=True, parse=moment)


class PoolExists(ValueError):
    """Another pool of this workspace has that name."""


class WrongStage(ValueError):
    """The stage belongs to another pool."""


def refuse_double(name: str, pool: TalentPool | None = None) -> None:
    """Names are unique among the pools that one can see. Raises PoolExists."""
    same = TalentPool.objects.filter(name__iexact=name).exclude(pk=pool.pk if pool else None)
    if same.exists():
        raise PoolExists(f"There is a pool called “{name}” already.")


@transaction.atomic
def create(
    *,
    name: str,
    purpose: str,
    by: Actor,
    visibility: str = PoolVisibility.SHARED,
    stages_of: TalentPool | None = None,
) -> TalentPool:
    """A new pool, owned by the member who makes it, with the usual stages or those of `stages_of`.

    Only a member can keep a pool to themselves: what others make is shared. Raises PoolExists.
    """
    refuse_double(name)
    owner = by.member_id
    seen = visibility if owner else PoolVisibility.SHARED
    pool = TalentPool.objects.create(name=name, purpose=purpose, owner_id=owner, visibility=seen)
    pool_stages.begin(pool=pool, like=stages_of)
    audit.record(action="pool.create", by=by, object_type="talent.talentpool", object_id=pool.pk)
    return pool


def without(taken: Iterable[UUID]) -> QuerySet[TalentPool]:
    """The pools that are not among these."""
    return TalentPool.objects.exclude(pk__in=list(taken))


@together.planned
def without_person(candidate_id: UUID) -> Asked[TalentPool]:
    """The pools that a person is not in."""
    theirs = PoolMembership.objects.filter(candidate_id=candidate_id).order_by().values("pool")
    return TalentPool.objects.exclude(pk__in=theirs)


def overview() -> QuerySet[TalentPool]:
    """All pools that one can see, each with its size and owner."""
    return TalentPool.objects.with_sizes()


def members(pool: TalentPool, stage: UUID | None = None) -> QuerySet[PoolMembership]:
    """Who is in a pool, in one stage or in any."""
    return PoolMembership.objects.of(pool).in_stage(stage).with_last_activity()


def places() -> QuerySet[PoolMembership]:
    """Places in pools, with pool, person and stage."""
    return PoolMembership.objects.select_related("pool", "candidate", "stage")


def sizes(*, pool: TalentPool) -> dict[UUID, int]:
    """How many people are in each stage."""
    counted = PoolMembership.objects.filter(pool=pool).order_by().values_list("stage").annotate(Count("pk"))
    return dict(counted)


@transaction.atomic
def add(
    *,
    pool: TalentPool,
    candidates: Iterable[Candidate],
    by: Actor,
    now: datetime,
    reason: str = "",
    stage: PoolStage | None = None,
) -> int:
    """Put people into a pool, at its first stage unless told; returns how many were not in it yet."""
    people = list(candidates)
    had = set(PoolMembership.objects.filter(pool=pool, candidate__in=people).values_list("candidate_id", flat=True))
    fresh = [p for p in people if p.pk not in had]
    _place(pool, [p.pk for p in fresh], stage or pool_stages.first(pool), by, now, reason)
    _tell(POOL_JOINED, pool, [p.pk for p in fresh], by, now)
    return len(fresh)


def _place(pool: TalentPool, people: Sequence[UUID], stage: PoolStage, by: Actor, now: datetime, reason: str) -> None:
    if stage.pool_id != pool.pk:
        raise WrongStage(f"“{stage}” is not a stage of “{pool}”.")
    same = {"pool": pool, "stage": stage, "added_by": by.label, "reason": reason[:300], "moved_at": now}
    PoolMembership.objects.bulk_create([PoolMembership(candidate_id=p, **same) for p in people], ignore_conflicts=True)
    decided = PoolProposal.objects.filter(pool=pool, candidate__in=people)
    decided.exclude(state=ProposalState.ACCEPTED).decide(ProposalState.ACCEPTED, by=by.label, now=now)


@transaction.atomic
def remove(*, pool: TalentPool, candidates: Iterable[Candidate], by: Actor, now: datetime) -> int:
    """Take people out of a pool; returns how many were in it."""
    inside = PoolMembership.objects.filter(pool=pool, candidate__in=list(candidates))
    gone = dict(inside.values_list("pk", "candidate_id"))
    PoolMembership.objects.filter(pk__in=list(gone)).delete()
    _tell(POOL_LEFT, pool, list(gone.values()), by, now)
    return len(gone)


def as_kept(rows: QuerySet[PoolMembership]) -> dict[UUID, dict[str, Any]]:
    """{person: their whole place, as JSON}, for `put_back`."""
    return {row["candidate_id"]: json.loads(json.dumps(row, default=str)) for row in rows.order_by().values()}


@transaction.atomic
def put_back(*, pool: TalentPool, places: Mapping[UUID, Mapping[str, Any]], by: Actor, now: datetime) -> list[UUID]:
    """Give people their places of before, stage, days and reason included; returns whom.

    Who is in the pool again or is gone is left alone. Whose stage has been removed begins at the first.
    """
    inside = PoolMembership.objects.filter(pool=pool, candidate__in=list(places)).values("candidate_id")
    back = list(Candidate.objects.filter(pk__in=list(places)).exclude(pk__in=inside))
    add(pool=pool, candidates=back, by=by, now=now)
    stages = {str(stage.pk) for stage in pool_stages.of(pool)}
    for row in PoolMembership.objects.filter(pool=pool, candidate__in=back).order_by():
        old = {k: v for k, v in places[row.candidate_id].items() if k not in ("id", "tenant_id")}
        if old["stage_id"] not in stages:
            del old["stage_id"]
        PoolMembership.objects.filter(pk=row.pk).update(**old)
    return [person.pk for person in back]


@transaction.atomic
def edit(*, pool: TalentPool, name: str, purpose: str, by: Actor) -> None:
    """Rename a pool or say anew what it is for. Raises PoolExists."""
    refuse_double(name, pool)
    pool.name, pool.purpose = name, purpose
    pool.save(update_fields=["name", "purpose"])
    audit.record(action="pool.change", by=by, object_type="talent.talentpool", object_id=pool.pk)


@transaction.atomic
def delete(*, pool: TalentPool, by: Actor) -> None:
    """Remove a pool, its stages and memberships; the people stay."""
    key, people = pool.pk, PoolMembership.objects.filter(pool=pool).count()
    PoolMembership.objects.filter(pool=pool).delete()
    pool.delete()
    if people:
        field_changes.tell(*field_changes.POOLS, by=by)
    audit.record(action="pool.delete", by=by, object_type="talent.talentpool", object_id=key, facts={"people": people})


@transaction.atomic
def move(*, membership: PoolMembership, stage: PoolStage, by: Actor, now: datetime) -> None:
    """Put a member of a pool into another of its stages. Raises WrongStage."""
    if stage.pool_id != membership.pool_id:
        raise WrongStage(f"“{stage}” is not a stage of “{membership.pool}”.")
    if membership.stage_id == stage.pk:
        return
    before = membership.stage.name
    membership.stage, membership.moved_at = stage, now
    membership.save(update_fields=["stage", "moved_at"])
    events.publish(
        POOL_MOVED,
        candidate=membership.candidate_id,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.talentpool", membership.pool_id),
        data=_facts(membership.pool) | ({"from": before, "to": stage.name} if membership.pool.is_shared else {}),
    )


def _facts(pool: TalentPool) -> dict[str, str]:
    """What an event tells of a pool: the log is read by all, so nothing of one that is not shared."""
    return {"pool": pool.name} if pool.is_shared else {}


def _tell(kind: str, pool: TalentPool, people: Sequence[UUID], by: Actor, now: datetime) -> None:
    subject = Subject("talent.talentpool", pool.pk)
    events.publish_each(kind, candidates=people, occurred_at=now, actor=by, subject=subject, data=_facts(pool))
    if people:
        audit.record(action=kind, by=by, object_type=subject.type, object_id=pool.pk, facts={"people": len(people)})
