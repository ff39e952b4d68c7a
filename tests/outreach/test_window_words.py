"""When mails go, in words."""

from __future__ import annotations

import pytest

from outreach.models import Sequence
from outreach.services import window_words
from outreach.services.sequences import WORKING_HOURS

OFF = {"skips_holidays": False}


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (OFF, "Every day, at any hour."),
        ({}, "Every day, at any hour by each person’s clock, not on public holidays there."),
        (WORKING_HOURS | OFF, "Monday to Friday, 9:00 to 17:00 by each person’s clock."),
        (
            OFF | {"weekdays": [4, 2], "window_end_hour": 12},
            "Tuesday and Thursday, until 12:00 by each person’s clock.",
        ),
        (
            OFF | {"weekdays": [1], "window_start_hour": 8, "window_zone": "sender"},
            "Monday, from 8:00 on by the sender’s clock.",
        ),
        (
            OFF | {"weekdays": [1, 3, 5], "window_zone": "fixed", "fixed_zone": "America/New_York"},
            "Monday, Wednesday and Friday, at any hour by the clock of New York.",
        ),
        (
            OFF | {"weekdays": [7, 1, 2, 3, 4, 5, 6], "window_start_hour": 0, "window_end_hour": 24},
            "Every day, 0:00 to 24:00 by each person’s clock.",
        ),
    ],
)
def test_hours_are_said(hours: dict[str, object], words: str) -> None:
    assert window_words.said(Sequence(**hours)) == words
