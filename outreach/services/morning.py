"""The morning's line: how many mails go out today, and who of their people deserves a call instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from outreach.services.outbox import FREE, Asked
from outreach.services.pacing import Pace


@dataclass(frozen=True)
class Morning:
    """What is planned for today and held by nothing, and the people among them to ring up, as the outbox lists both."""

    mails: Asked
    calls: Asked
    count: int
    people: int


def of(now: datetime, zone: str) -> Morning:
    """Of the day by the workspace's clock. Two counts."""
    day = Pace(zone=zone).day_of(now)
    mails, calls = Asked(day=day, hold=FREE), Asked(day=day, hold=FREE, deserve_a_call=True)
    people = calls.rows(now, zone).order_by().values("candidate").distinct().count()
    return Morning(mails, calls, mails.rows(now, zone).count(), people)
