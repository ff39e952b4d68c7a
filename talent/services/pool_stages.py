"""The stages of a pool: their order, their names, where people go when one is taken away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.services import audit
from talent.choices import DEFAULT_POOL_STAGES
from talent.models import PoolMembership, PoolStage, TalentPool
from talent.services import field_changes

MOST = 20


class BadStage(ValueError):
    """The stage cannot be so; the message says why."""


def begin(*, pool: TalentPool, like: TalentPool | None = None) -> None:
    """The stages of a new pool: those of another one, or the usual ones."""
    names = [stage.name for stage in of(like)] if like else []
    _write(pool, names or DEFAULT_POOL_STAGES)


def _write(pool: TalentPool, names: list[str] | tuple[str, ...], start: int = 0) -> None:
    rows = [PoolStage(pool=pool, name=name, position=start + n) for n, name in enumerate(names)]
    PoolStage.objects.bulk_create(rows)


def of(pool: TalentPool) -> list[PoolStage]:
    """The stages of a pool in their order."""
    return list(PoolStage.objects.filter(pool=pool))


def first(pool: TalentPool) -> PoolStage:
    return of(pool)[0]


def _record(pool: TalentPool, by: Actor) -> None:
    audit.record(action="pool.change", by=by, object_type="talent.talentpool", object_id=pool.pk, fields=["stages"])


def _refuse_double(pool: TalentPool, name: str, stage: PoolStage | None = None) -> None:
    same = PoolStage.objects.filter(pool=pool, name__iexact=name).exclude(pk=stage.pk if stage else None)
    if same.exists():
        raise BadStage(f"This pool has a stage called “{name}” already.")


@transaction.atomic
def add(*, pool: TalentPool, name: str, by: Actor) -> PoolStage:
    """A further stage, the last one. Raises BadStage."""
    _refuse_double(pool, name)
    have = of(pool)
    if len(have) >= MOST:
        raise BadStage(f"{MOST} stages are the most.")
    stage = PoolStage.objects.create(pool=pool, name=name, position=have[-1].position + 1 if have else 0)
    _record(pool, by)
    return stage


@transaction.atomic
def rename(*, stage: PoolStage, name: str, by: Actor) -> None:
    """Raises BadStage."""
    _refuse_double(stage.pool, name, stage)
    stage.name = name
    stage.save(update_fields=["name"])
    _record(stage.pool, by)
    field_changes.tell("pool_stage", by=by)


@transaction.atomic
def shift(*, stage: PoolStage, by: Actor, later: bool) -> None:
    """One place later or earlier; at the end nothing changes."""
    stages = of(stage.pool)
    here = next(n for n, one in enumerate(stages) if one.pk == stage.pk)
    there = here + (1 if later else -1)
    if not 0 <= there < len(stages):
        return
    stages[here], stages[there] = stages[there], stages[here]
    for position, one in enumerate(stages):
        one.position = position
    PoolStage.objects.bulk_update(stages, ["position"])
    _record(stage.pool, by)


@transaction.atomic
def remove(*, stage: PoolStage, by: Actor, now: datetime) -> PoolStage:
    """Take a stage away; its people go to the one before it, or after it. Raises BadStage for the last one."""
    stages = of(stage.pool)
    if len(stages) == 1:
        raise BadStage("A pool keeps one stage at least.")
    here = next(n for n, one in enumerate(stages) if one.pk == stage.pk)
    heir = stages[here - 1] if here else stages[1]
    PoolMembership.objects.filter(stage=stage).update(stage=heir, moved_at=now)
    stage.delete()
    _record(stage.pool, by)
    field_changes.tell("pool_stage", by=by)
    return heir


@transaction.atomic
def copy(*, pool: TalentPool, source: TalentPool, by: Actor, now: datetime) -> None:
    """The stages of another pool. People keep a stage of the same name; the others go to the first."""
    wanted = [stage.name for stage in of(source)]
    old = of(pool)
    kept = {stage.name.casefold(): stage for stage in old}
    fresh = [PoolStage(pool=pool, name=n, position=0) for n in wanted if n.casefold() not in kept]
    PoolStage.objects.bulk_create(fresh)
    kept |= {stage.name.casefold(): stage for stage in fresh}
    order = [kept[name.casefold()] for name in wanted]
    for position, stage in enumerate(order):
        stage.position = position
    PoolStage.objects.bulk_update(order, ["position"])
    gone = [stage.pk for stage in old if stage.pk not in {o.pk for o in order}]
    _close(gone, order[0], now)
    _record(pool, by)
    field_changes.tell("pool_stage", by=by)


def _close(stages: list[UUID], heir: PoolStage, now: datetime) -> None:
    PoolMembership.objects.filter(stage__in=stages).update(stage=heir, moved_at=now)
    PoolStage.objects.filter(pk__in=stages).delete()
