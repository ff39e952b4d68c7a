"""The Health page says when an open transaction holds the event readers back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.models import Member
from crm.services import reader_health
from tests.conftest import logged_in
from tests.crm.test_readers import connect

HEALTH = "/o/acme/settings/health/"


@pytest.fixture
def slow(owner: Member) -> Iterator[None]:
    """Another log-in that has begun to write and does not end."""
    with connect() as other:
        other.execute("SELECT pg_current_xact_id()")
        yield
        other.rollback()


def test_young_transaction_is_nothing_to_tell(owner: Member, slow: None) -> None:
    assert "wait for a transaction" not in logged_in(owner).get(HEALTH).content.decode()


def test_long_transaction_is_told_in_minutes(owner: Member, slow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    four_minutes_on = reader_health.HELD_FOR.replace(
        "SELECT statement_timestamp()", "SELECT statement_timestamp() + interval '4 minutes'"
    )
    monkeypatch.setattr(reader_health, "HELD_FOR", four_minutes_on)

    page = logged_in(owner).get(HEALTH).content.decode()

    assert "The event readers wait for a transaction that has been open for 4 minutes." in page
