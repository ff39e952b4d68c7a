"""Finds passages by what they mean.

All of a tenant's passages are compared, by the signs of their vectors, in one scan of an index that covers it
(`passage_signs`); the few hundred nearest are then put in order by the vectors themselves. There is no approximate
index: nothing has to be built after a bulk load, every filter holds exactly, and small tenants pay for their own rows
only. How near the nearest of a sample are says how near the nearest of all must be: what is farther is not sorted. The
extension vector makes the scan faster where it is installed; bit_count() of PostgreSQL does it elsewhere.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from crm.tenancy.context import current_tenant_id
from talent.models import FencedCandidate, FencedPassage, Passage
from talent.search import embedding
from talent.search.embedding import Vector
from talent.search.masking import Masked, mask

SCANNED = 600  # passages that are put in order by their vectors
OVERSCANNED = 3000  # the same, before a filter that many pass
SAMPLED = 12_000  # passages; of as many as are looked for at least, so that what is asked for lies within their nearest
FEW = 20_000  # people: of fewer, only their own passages are scanned
LEAST = 0.35  # nearness below which two texts have nothing to do with each other


@dataclass(frozen=True)
class Near:
    """A person and the passage that comes nearest."""

    candidate_id: UUID
    passage_id: UUID
    nearness: float


@functools.cache
def has_extension() -> bool:
    """Is the extension vector in the database? Asked once in a process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')")
        return bool(cursor.fetchone()[0])


def _apart() -> str:
    """How many signs differ, in SQL."""
    return "(p.bits <~> %s::bit(256))" if has_extension() else "bit_count(p.bits # %s::bit(256))"


def query(text: str) -> tuple[Vector | None, Masked]:
    """The vector of what is looked for, and what was left out of it; None without words, or without the model."""
    masked = mask(text)
    return embedding.encode([masked.text])[0], masked


def _people(people: QuerySet[FencedCandidate]) -> tuple[str, tuple[Any, ...]] | None:
    try:
        return people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None


def _ask(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _keys(sql: str, params: Sequence[Any]) -> list[UUID]:
    return [row[0] for row in _ask(sql, params)]


def _of_some(vector: Vector, condition: str, params: Sequence[Any]) -> list[UUID]:
    """Keys of the passages whose signs differ least, among those of a condition."""
    return _keys(
        f"SELECT p.id FROM talent_passage_fenced p WHERE p.tenant_id = %s AND p.bits IS NOT NULL {condition} "  # noqa: S608
        f"ORDER BY {_apart()}, p.id LIMIT %s",
        [current_tenant_id(), *params, vector.bits, SCANNED],
    )


def _of_all(vector: Vector, limit: int) -> list[UUID]:
    """Keys of the passages whose signs differ least.

    The sample has `limit` of them within a certain distance, so all of the tenant's have at least as many: whatever is
    farther away is left out before it is sorted, a third of the work. A sample unlike the rest costs time only.
    """
    apart = _apart()
    return _keys(
        "SELECT p.id FROM talent_passage_fenced p "  # noqa: S608
        f"WHERE p.tenant_id = %s AND {apart} <= (SELECT max(one.apart) FROM (SELECT sample.apart FROM ("
        f"SELECT {apart} AS apart FROM talent_passage_fenced p WHERE p.tenant_id = %s AND p.bits IS NOT NULL "
        "ORDER BY p.candidate_id LIMIT %s) sample ORDER BY sample.apart LIMIT %s) one) "
        f"ORDER BY {apart}, p.id LIMIT %s",
        [current_tenant_id(), vector.bits, vector.bits, current_tenant_id(), SAMPLED, limit, vector.bits, limit],
    )


def _candidates(vector: Vector, people: QuerySet[FencedCandidate] | None) -> list[UUID]:
    """Keys of passages that may be nearest, of `people` when they are given."""
    if people is None:
        return _of_all(vector, SCANNED)
    asked = _people(people)
    if asked is None:
        return []
    sql, params = asked
    if people.order_by().values("pk")[: FEW + 1].count() <= FEW:
        return _of_some(vector, f"AND p.candidate_id IN ({sql})", params)
    nearest = _of_all(vector, OVERSCANNED)
    within = FencedPassage.objects.filter(pk__in=nearest, candidate_id__in=people.values("pk"))
    kept = set(within.values_list("pk", flat=True))
    return [pk for pk in nearest if pk in kept][:SCANNED]


def passages(vector: Vector, people: QuerySet[FencedCandidate] | None = None) -> list[Near]:
    """The nearest passages, nearest first; of `people` only, when they are given. Several may be one person's."""
    # One value with all keys: hundreds of placeholders would cost more than the answer.
    rows = _ask(
        "SELECT id, candidate_id, code FROM talent_passage WHERE tenant_id = %s AND id = ANY (%s)",
        [current_tenant_id(), _candidates(vector, people)],
    )
    near = embedding.nearness(vector, (bytes(code) for _, _, code in rows))
    found = [Near(person, pk, how) for (pk, person, _), how in zip(rows, near, strict=True) if how >= LEAST]
    return sorted(found, key=lambda one: (-one.nearness, one.passage_id))


def people_near(vector: Vector, people: QuerySet[FencedCandidate] | None = None, limit: int = 200) -> list[Near]:
    """The nearest people, each by the passage of theirs that comes nearest."""
    best: dict[UUID, Near] = {}
    for one in passages(vector, people):
        best.setdefault(one.candidate_id, one)
    return list(best.values())[:limit]


def of_person(vector: Vector, candidate_ids: Sequence[UUID]) -> list[Near]:
    """All passages of some people that have to do with what is looked for, nearest first."""
    rows = list(
        Passage.objects.filter(candidate__in=candidate_ids, code__isnull=False).values_list(
            "pk", "candidate_id", "code"
        )
    )
    near = embedding.nearness(vector, (bytes(code) for _, _, code in rows))
    found = [Near(person, pk, how) for (pk, person, _), how in zip(rows, near, strict=True) if how >= LEAST]
    return sorted(found, key=lambda one: (-one.nearness, one.passage_id))
