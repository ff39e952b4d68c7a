"""A short fault run: real workers, killed while real mails go out over SMTP."""

from __future__ import annotations

from outreach.faults import send


def test_killed_workers_send_nothing_twice_and_lose_nothing(committed: None) -> None:
    result = send.run(messages=120, kills=3, workers=1)

    assert (result.planned, result.twice, result.lost, result.kills) == (120, 0, 0, 3)
    assert result.is_good
    assert result.unexplained == 0
    assert result.unknown <= result.in_flight_at_kill + result.silent_drops
    assert result.in_flight_at_kill <= result.kills  # one worker has one mail in flight at a time
