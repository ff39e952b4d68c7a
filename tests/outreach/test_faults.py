"""A short fault run: real workers, killed while real mails go out over SMTP."""

from __future__ import annotations

from outreach.faults import send


def test_killed_workers_send_nothing_twice_and_lose_nothing(committed: None) -> None:
    result = send.run(messages=120, kills=3, workers=1)

    assert (result.planned, result.twice, result.lost, result.kills) == (120, 0, 0, 3)
    assert result.is_good
    # In flight when a worker died, or taken by the server without a word (0.5 %).
    assert result.unknown <= result.kills + 5
