"""What rules read lies behind fenced views, whole: one table under row-level security would take away GIN indexes."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from talent.filters import catalogue
from talent.models import ContactPoint
from talent.services import off_limits


@pytest.mark.parametrize("name", sorted(name for name, field in catalogue.fields.items() if field.rows))
def test_rows_of_other_tables_come_through_their_fenced_views(inside: UUID, name: str) -> None:
    rows = catalogue.fields[name].related()

    assert rows.query.alias_map[rows.query.get_initial_alias()].table_name == f"{rows.model._meta.db_table}_fenced"


def test_fenced_rows_are_the_same_rows(inside: UUID) -> None:
    assert list(ContactPoint.objects.emails().fenced()) == list(ContactPoint.objects.emails())


def test_whoever_worked_at_a_company_is_found_by_its_index(inside: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "employment_by_company" in off_limits._worked_at(["nordlicht"]).explain()
