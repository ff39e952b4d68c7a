"""Moments read by the driver are those that Django would read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from crm.database.base import DatabaseWrapper
from crm.models import Tenant

pytestmark = pytest.mark.django_db

MOMENTS = [
    "2024-02-29 23:59:59.999999+00",
    "1969-12-31 23:30:00-05:30",
    "0001-01-01 00:00:00+00",
    "2026-10-25 02:30+02",
]


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_is_read_in_utc(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, ARRAY[%s::timestamptz]", [text, text])
        found, several = cursor.fetchone()
    assert found == several[0] == datetime.fromisoformat(text)
    assert found.tzinfo is UTC


def test_rows_are_read_in_pieces_too() -> None:
    for number in range(3):
        Tenant.objects.create(slug=f"piece-{number}", name=f"Piece {number}")
    with transaction.atomic():
        created = [tenant.created_at for tenant in Tenant.objects.order_by("pk").iterator(chunk_size=2)]
    assert created == list(Tenant.objects.order_by("pk").values_list("created_at", flat=True))
    assert len(created) >= 3
    assert all(one.tzinfo is UTC for one in created)


def test_a_connection_with_another_zone_is_left_to_django() -> None:
    other = connection.copy()
    other.settings_dict["TIME_ZONE"] = "Asia/Kathmandu"
    assert isinstance(other, DatabaseWrapper)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT '2026-01-01 00:00+00'::timestamptz")
            (found,) = cursor.fetchone()
    finally:
        other.close()
    assert found.utcoffset().total_seconds() == 5.75 * 3600
