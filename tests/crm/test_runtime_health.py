"""Liveness and readiness."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

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


@pytest.mark.parametrize(("path", "lines"), [("/readyz", 0), ("/o/demo/", 1)])
def test_log_of_errors_leaves_probes_out(path: str, lines: int, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("django.request").error("unavailable", extra={"request": RequestFactory().get(path)})

    assert len(caplog.records) == lines
