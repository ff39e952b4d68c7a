"""Pools fed by a segment: whom it brings is proposed, and somebody decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm.actors import Actor
from crm.paging import Order, moment
from crm.services import audit, undo
from crm.viewing import machinery_that_also_touches_confidential_rows as machinery
from talent.choices import ProposalState
from talent.models import Candidate, PoolMembership, PoolProposal, PoolStage, Segment, SegmentMembership, TalentPool
from talent.segment_uses import Use
from talent.services import pools

LATEST = Order("proposed_at", descending=True, parse=moment)


def unreviewed(pool: TalentPool) -> QuerySet[PoolProposal]:
    """Who waits for a decision."""
    return PoolProposal.objects.waiting().filter(pool=pool).select_related("candidate")


def proposals(pool: TalentPool, state: str) -> QuerySet[PoolProposal]:
    """Proposals of one state, with their people."""
    return PoolProposal.objects.filter(pool=pool, state=state).select_related("candidate")


def fed_by(segments: Collection[UUID]) -> Iterable[tuple[UUID, Use]]:
    """The pools that segments feed, among those that one may see."""
    for pool in TalentPool.objects.filter(fed_by_id__in=segments).order_by("name"):
        yield cast(UUID, pool.fed_by_id), Use("pool", pool.name, "talent:pool-board", pool.pk)


@transaction.atomic
def feed(*, pool: TalentPool, segment: Segment | None, by: Actor, now: datetime) -> int:
    """Let a segment feed a pool (or none); returns how many are proposed at once.

    Decisions stay when the feed changes; those who still wait and are not of the new segment are let go.
    """
    if pool.fed_by_id == (segment.pk if segment else None):
        return 0
    pool.fed_by = segment
    pool.save(update_fields=["fed_by"])
    audit.record(action="pool.feed", by=by, object_type="talent.talentpool", object_id=pool.pk)
    PoolProposal.objects.waiting().filter(pool=pool).delete()
    if segment is None:
        return 0
    people = SegmentMembership.objects.current().filter(segment=segment).values_list("candidate_id", flat=True)
    return _propose(pool, list(people), now)


def _propose(pool: TalentPool, people: Collection[UUID], now: datetime) -> int:
    """Proposals for those who are neither in the pool nor decided upon."""
    inside = set(PoolMembership.objects.filter(pool=pool, candidate__in=people).values_list("candidate_id", flat=True))
    known = set(PoolProposal.objects.filter(pool=pool, candidate__in=people).values_list("candidate_id", flat=True))
    living = set(Candidate.objects.filter(pk__in=people).values_list("pk", flat=True))
    fresh = [PoolProposal(pool=pool, candidate_id=p, proposed_at=now) for p in (living - inside - known)]
    PoolProposal.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    return len(fresh)


@transaction.atomic
def segment_brought(*, segment: UUID, people: Collection[UUID], now: datetime) -> int:
    """Propose those who entered a segment to every pool that it feeds; idempotent."""
    with machinery():
        return sum(_propose(pool, people, now) for pool in TalentPool.objects.filter(fed_by_id=segment))


@transaction.atomic
def segment_lost(*, segment: UUID, people: Collection[UUID]) -> None:
    """Those who left a segment before anybody looked are proposed no longer; a later entry proposes them anew."""
    with machinery():
        rows = PoolProposal.objects.waiting().filter(pool__fed_by_id=segment, candidate__in=people)
        back = SegmentMembership.objects.current().filter(segment_id=segment, candidate__in=people)
        rows.exclude(candidate__in=back.values("candidate_id")).delete()


@transaction.atomic
def accept(
    *, pool: TalentPool, proposals: Sequence[PoolProposal], by: Actor, now: datetime, stage: PoolStage | None = None
) -> str:
    """Take people into the pool at a stage; returns the token of the undo."""
    people = [p.candidate for p in proposals]
    pools.add(
        pool=pool, candidates=people, by=by, now=now, reason=f"From “{pool.fed_by}”" if pool.fed_by else "", stage=stage
    )
    _decide(proposals, ProposalState.ACCEPTED, by, now)
    return _keep("accept", pool, proposals)


@transaction.atomic
def decline(*, pool: TalentPool, proposals: Sequence[PoolProposal], by: Actor, now: datetime) -> str:
    """Not for this pool: they are not proposed again. Returns the token of the undo."""
    _decide(proposals, ProposalState.DECLINED, by, now)
    return _keep("decline", pool, proposals)


def _decide(rows: Sequence[PoolProposal], state: str, by: Actor, now: datetime) -> None:
    PoolProposal.objects.filter(pk__in=[r.pk for r in rows]).decide(state, by=by.label, now=now)


def _keep(act: str, pool: TalentPool, rows: Sequence[PoolProposal]) -> str:
    return undo.keep({"act": f"pool.{act}", "pool": str(pool.pk), "proposals": [str(r.pk) for r in rows]})


@transaction.atomic
def reopen(*, facts: dict[str, Any], by: Actor, now: datetime) -> int:
    """Undo of a decision: the people wait again, and are out of the pool if they were taken in."""
    rows = list(PoolProposal.objects.filter(pk__in=facts["proposals"]).select_related("pool", "candidate"))
    if facts["act"] == "pool.accept" and rows:
        pools.remove(pool=rows[0].pool, candidates=[r.candidate for r in rows], by=by, now=now)
    PoolProposal.objects.filter(pk__in=[r.pk for r in rows]).update(
        state=ProposalState.WAITING, decided_at=None, decided_by=""
    )
    return len(rows)
