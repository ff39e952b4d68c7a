"""Statements that keep one plan: what belongs to many messages is gathered once, whatever the planner believes."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError, connection

from crm.models import Tenant
from crm.tenancy import trips
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.prepared import numbered
from outreach.services import claim_screen, exchange

pytestmark = pytest.mark.django_db
STATEMENTS = {
    "reserved": claim_screen.RESERVED,
    "handed over": exchange._text(True, False),
    "handed over and settled": exchange._text(True, True),
}


@pytest.mark.parametrize("text", STATEMENTS.values(), ids=STATEMENTS)
def test_whom_nothing_keeps_back_is_asked_once(tenant: Tenant, text: str) -> None:
    with open_tenant(tenant), connection.cursor() as asked:
        asked.execute(f"SELECT {trips.BY_KEYS}")
        plan = psycopg.RawCursor(connection.connection).execute(f"EXPLAIN (GENERIC_PLAN) {numbered(text)[0]}")
        lines = [line.strip() for (line,) in plan.fetchall()]

    assert any(line.startswith("CTE clear") for line in lines)


def test_a_plan_that_does_badly_is_given_up(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    by_keys = trips.BY_KEYS.replace(trips.LONGEST, "50ms")
    assert by_keys != trips.BY_KEYS

    with pytest.raises(OperationalError, match="statement timeout"), open_tenant(tenant):
        trips.in_one_trip((f"SELECT {by_keys}", []), ("SELECT pg_sleep(%(seconds)s)", {"seconds": 5}))
