"""Acts on many people at once, each with its way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.models import Member
from crm.services import undo
from crm.tenancy.context import current_tenant_id
from talent.models import Candidate, CandidateTag, PoolMembership, Tag, TalentPool
from talent.services import candidates, labels, listing, pools
from talent.services.listing import Asked

MOST = 1000


class TooMany(ValueError):
    """More people than one act may change; the message says how many are allowed."""


@dataclass(frozen=True)
class Done:
    """How many people were changed, and the token that takes it back (empty when nothing was done)."""

    count: int
    undo: str = ""


def _refuse(count: int) -> None:
    if count > MOST:
        raise TooMany(f"This can be done for up to {MOST:,} people at a time. Narrow the list with a filter.")


def ticked(ids: Iterable[UUID]) -> list[Candidate]:
    """The people of these keys that exist in the current tenant. Raises TooMany."""
    wanted = set(ids)
    _refuse(len(wanted))
    return list(Candidate.objects.filter(pk__in=wanted))


def all_matching(asked: Asked, now: datetime) -> list[Candidate]:
    """Everybody whom a list is asked for. Raises TooMany."""
    keys = list(listing.matching(asked, now).values_list("pk", flat=True)[: MOST + 1])
    return ticked(keys)


def _done(changed: Sequence[UUID], act: str, **facts: Any) -> Done:
    if not changed:
        return Done(0)
    return Done(len(changed), undo.keep({"act": act, "people": [str(k) for k in changed], **facts}))


@transaction.atomic
def tag(*, people: Sequence[Candidate], name: str, by: Actor, now: datetime) -> Done:
    """Put a tag on people; only those who lacked it are counted, and untagged again by the undo."""
    had = set(CandidateTag.objects.filter(tag__name=name, candidate__in=people).values_list("candidate_id", flat=True))
    labels.tag(candidates=people, name=name, by=by, now=now)
    row = Tag.objects.filter(name=name).first()
    return _done([p.pk for p in people if p.pk not in had], "tag", tag=str(row.pk) if row else "")


@transaction.atomic
def add_to_pool(*, people: Sequence[Candidate], pool: TalentPool, by: Actor, now: datetime) -> Done:
    """Put people into a pool; those who were in it already are left as they are."""
    had = set(PoolMembership.objects.filter(pool=pool, candidate__in=people).values_list("candidate_id", flat=True))
    pools.add(pool=pool, candidates=people, by=by, now=now)
    return _done([p.pk for p in people if p.pk not in had], "pool", pool=str(pool.pk))


@transaction.atomic
def assign(*, people: Sequence[Candidate], owner: Member | None, by: Actor, now: datetime) -> Done:
    """Give people an owner; the undo gives each the one they had."""
    before = {str(p.pk): str(p.owner_id or "") for p in people}
    moved = candidates.assign(candidates=people, owner=owner, by=by, now=now)
    return _done([p.pk for p in moved], "assign", before={str(p.pk): before[str(p.pk)] for p in moved})


def _untag(facts: dict[str, Any], people: list[Candidate], by: Actor, now: datetime) -> None:
    row = Tag.objects.filter(pk=facts["tag"]).first()
    if row is not None:
        labels.untag(candidates=people, tag=row, by=by, now=now)


def _take_out(facts: dict[str, Any], people: list[Candidate], by: Actor, now: datetime) -> None:
    pool = TalentPool.objects.filter(pk=facts["pool"]).first()
    if pool is not None:
        pools.remove(pool=pool, candidates=people, by=by, now=now)


def _give_back(facts: dict[str, Any], people: list[Candidate], by: Actor, now: datetime) -> None:
    owners = {str(m.pk): m for m in Member.objects.of_tenant(current_tenant_id())}
    for owner_id in set(facts["before"].values()):
        theirs = [p for p in people if facts["before"].get(str(p.pk)) == owner_id]
        candidates.assign(candidates=theirs, owner=owners.get(owner_id), by=by, now=now)


WAYS_BACK: dict[str, Callable[[dict[str, Any], list[Candidate], Actor, datetime], None]] = {
    "tag": _untag,
    "pool": _take_out,
    "assign": _give_back,
}


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> int:
    """Undo one act; returns for how many people. Raises NothingToUndo."""
    facts = undo.take(token)
    people = ticked(UUID(key) for key in facts["people"])
    WAYS_BACK[facts["act"]](facts, people, by, now)
    return len(people)
