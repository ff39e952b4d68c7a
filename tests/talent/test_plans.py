"""What rules read lies behind fenced views, whole: one table under row-level security would take away GIN indexes."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from talent.bench.counting import UTC
from talent.filters import catalogue, compile
from talent.models import ContactPoint

PLAN = "EXPLAIN (COSTS OFF) "


@pytest.mark.parametrize("name", sorted(name for name, field in catalogue.fields.items() if field.rows))
def test_rows_of_other_tables_come_through_their_fenced_views(inside: UUID, name: str) -> None:
    rows = catalogue.fields[name].related()

    assert f'FROM "{rows.model._meta.db_table}_fenced"' in str(rows.query)


def test_fenced_rows_are_the_same_rows(inside: UUID) -> None:
    assert list(ContactPoint.objects.emails().fenced()) == list(ContactPoint.objects.emails())


def test_skills_keep_their_index_beside_another_table(inside: UUID) -> None:
    rule = [
        {"field": "skill", "op": "is_all_of", "value": ["python", "sql"]},
        {"field": "email", "op": "is_true"},
    ]
    found = compile.candidates(catalogue.load({"all": rule}), timezone.now(), UTC)
    sql, params = found.values("pk").query.sql_with_params()

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute(PLAN + sql, params)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    conditions_of_indexes = [line for line in plan.splitlines() if "Index Cond" in line]
    assert any("skill_keys @>" in line for line in conditions_of_indexes)
