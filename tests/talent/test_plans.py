"""What rules read lies behind fenced views, whole: one table under row-level security would take away GIN indexes."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.filters import catalogue
from talent.filters.clock import Clock
from talent.models import ContactPoint, Employment, FencedCandidate
from talent.services import off_limits
from tests.conftest import _owner_connection
from tests.factories.people import a_tenant
from tests.factories.talent import NOW, a_candidate

MANY = 2000  # rows


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
