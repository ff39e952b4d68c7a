"""Several statements in one trip: what stands where, and which rows come back."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from crm.tenancy.trips import in_one_trip

pytestmark = pytest.mark.django_db


def test_values_stand_where_their_names_do() -> None:
    text = "SELECT %(second)s::int, %(first)s::text, %(second)s::int + 1, 'a%%b' LIKE 'a%%', 7 %% 4"
    assert in_one_trip((text, {"first": "one", "second": 2})) == [(2, "one", 3, True, 3)]


def test_values_without_names_keep_their_order() -> None:
    assert in_one_trip(("SELECT %s::text, %s::int", ["one", 2])) == [("one", 2)]


def test_a_text_without_values_is_sent_as_it_is_written() -> None:
    assert in_one_trip(("SELECT 'a%%b'", [])) == [("a%b",)]


def test_the_rows_are_those_of_the_last() -> None:
    assert in_one_trip(("SELECT 1", []), ("SELECT %s::int", [2])) == [(2,)]
    assert in_one_trip(("SELECT 1", []), ("SET LOCAL statement_timeout = 5000", [])) == []


def test_an_error_of_the_first_is_that_of_the_trip() -> None:
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        in_one_trip(("SELECT 1 / %s::int", [0]), ("SELECT 1", []))
