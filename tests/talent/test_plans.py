"""What rules read lies behind fenced views, whole: one table under row-level security would take away GIN indexes."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.filters import catalogue
from talent.filters.clock import Clock
from talent.models import ContactPoint, Education, Employment, FencedCandidate, Provenance, StaleText
from talent.services import off_limits
from tests.conftest import _owner_connection
from tests.factories.people import a_tenant
from tests.factories.talent import NOW, a_candidate, a_crowd

MANY = 2000  # rows
# Keys whose index another one, of the tenant and the same key first, would serve as well.
TWICE = """
SELECT short.indexrelid::regclass::text FROM pg_index short JOIN pg_index long USING (indrelid)
JOIN pg_class c ON c.oid = indrelid AND c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'talent\\_%'
JOIN pg_attribute t ON t.attrelid = indrelid AND t.attname = 'tenant_id'
JOIN pg_class s ON s.oid = short.indexrelid JOIN pg_class l ON l.oid = long.indexrelid AND l.relam = s.relam
WHERE short.indnatts = 1 AND short.indkey[0] > 0 AND NOT short.indisunique
  AND long.indnkeyatts > 1 AND long.indpred IS NULL
  AND long.indkey[0] = t.attnum AND long.indkey[1] = short.indkey[0] ORDER BY 1
"""


@pytest.mark.parametrize("name", sorted(name for name, field in catalogue.fields.items() if field.rows))
def test_rows_of_other_tables_come_through_their_fenced_views(inside: UUID, name: str) -> None:
    rows = catalogue.fields[name].related(Clock(NOW, ZoneInfo("UTC")))

    table = rows.query.alias_map[rows.query.get_initial_alias()].table_name
    assert table == f"{rows.model._meta.db_table.removesuffix('_fenced')}_fenced"


def test_fenced_rows_are_the_same_rows(inside: UUID) -> None:
    assert list(ContactPoint.objects.emails().fenced()) == list(ContactPoint.objects.emails())
    assert list(FencedCandidate.objects.all().fenced()) == list(FencedCandidate.objects.all())


def test_whoever_worked_at_a_company_is_found_by_its_index(committed: None) -> None:
    """Among so many that one index is better than another, and the planner knows how many there are."""
    with open_tenant(a_tenant()):
        person = a_candidate()
        Employment.objects.bulk_create(Employment(candidate=person, company=f"Firm {n}") for n in range(MANY))
    with _owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.execute("VACUUM ANALYZE talent_employment")

    with open_tenant(Tenant.objects.get()):
        plan = off_limits._worked_at(["nordlicht"]).explain()

    assert "employment_by_company" in plan


def test_no_key_has_an_index_of_its_own_beside_a_longer_one(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TWICE)
        assert [name for (name,) in cursor.fetchall()] == []


@pytest.mark.parametrize(
    ("model", "fields", "index"),
    [
        (Provenance, {"field": "name", "origin": "Test"}, "provenance_by_field"),
        (StaleText, {"due_at": NOW}, "stale_text_by_person"),
        (Education, {"institution": "Uppsala"}, "education_by_candidate"),
    ],
)
def test_rows_of_a_person_are_found_by_the_longer_index(
    committed: None, model: Any, fields: dict[str, Any], index: str
) -> None:
    with open_tenant(a_tenant()):
        people = a_crowd(20)
        model.objects.bulk_create(model(candidate=people[n % 20], **fields) for n in range(MANY))
    with _owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.execute(f"VACUUM ANALYZE {model._meta.db_table}")

    with open_tenant(Tenant.objects.get()):
        plan = model.objects.filter(candidate=people[0]).order_by().explain()

    assert index in plan
