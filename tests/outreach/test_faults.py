"""A short fault run: real workers, killed while real mails go out over SMTP."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from outreach.faults import reports, send
from outreach.services import sending


def test_killed_workers_send_nothing_twice_and_lose_nothing(committed: None) -> None:
    can_restart = settings.ENV.embeds_database  # each process of the tests has a server of its own
    result = send.run(messages=60, kills=3, workers=1, restarts=int(can_restart), floods=1)

    assert (result.planned, result.twice, result.lost) == (60, 0, 0)
    assert 2 <= result.kills <= 3  # where the last mails all go between two looks, there is nobody left to be killed
    assert (result.database_restarts, result.broker_emptied) == (int(can_restart), 1)
    assert result.is_good
    assert result.unknown <= result.in_flight_at_kill <= result.kills * sending.CONNECTIONS  # one in flight on each


def test_killed_web_workers_lose_no_report(committed: None, tmp_path: Path) -> None:
    result = reports.run(events=300, kills=1, workers=1, log=tmp_path / "web.log")

    assert (result.lost, result.stored) == (0, 300)
