"""Liveness and readiness."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.runtime.health import NotReady, beat_age

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_beat_age_of_a_recent_tick() -> None:
    assert beat_age(NOW - timedelta(seconds=59), NOW) == "last tick 59 s ago"


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (None, "no tick yet: scheduler or worker have not started"),
        (NOW - timedelta(seconds=60), "last tick 60 s ago: scheduler, broker or worker are away"),
    ],
)
def test_beat_age_of_no_or_an_old_tick(last: datetime | None, reason: str) -> None:
    with pytest.raises(NotReady) as caught:
        beat_age(last, NOW)

    assert str(caught.value) == reason
