"""The planner: pure functions from (steps, person's clock, now) to what is due next, and when."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.choices import StepKind
from outreach.models import Sequence, SequenceStep


@dataclass(frozen=True)
class Window:
    """When mails may go, by the clock on the person's wall: from hour `start` to before `end`, weekdays only or not."""

    zone: str = "UTC"
    start: int | None = None
    end: int | None = None
    weekdays_only: bool = False

    @classmethod
    def of(cls, sequence: Sequence, zones: Row[str]) -> Window:
        """The sequence's window by the first of `zones` that is named: the person's, the workspace's."""
        zone = next((z for z in zones if z), "UTC")
        return cls(zone, sequence.window_start_hour, sequence.window_end_hour, sequence.weekdays_only)


@dataclass(frozen=True)
class Due:
    """The next mail of an enrolment."""

    step_id: UUID
    due_at: datetime


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _at_hour(local: datetime, hour: int) -> datetime:
    """That hour of the same local day. In a gap of the clocks `fold=0` gives the moment just after it."""
    return datetime.combine(local.date(), time(hour), tzinfo=local.tzinfo)


def fit(moment: datetime, window: Window) -> datetime:
    """The first moment at or after `moment` inside the window (aware, UTC)."""
    zone = _zone(window.zone)
    start, end = window.start or 0, window.end if window.end is not None else 24
    for _ in range(9):
        local = moment.astimezone(zone)
        is_closed_day = window.weekdays_only and local.weekday() >= 5
        if not is_closed_day and start <= local.hour < end:
            return moment.astimezone(ZoneInfo("UTC"))
        if is_closed_day or local.hour >= end:
            local = datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=zone)
        # Through UTC, because arithmetic on local times ignores changes of the clock.
        moment = max(moment, _at_hour(local, start).astimezone(ZoneInfo("UTC")))
    return moment


def next_due(
    *,
    steps: Row[SequenceStep],
    after: SequenceStep | None,
    since: datetime,
    window: Window,
    not_before: datetime | None = None,
) -> Due | None:
    """What follows the step `after` (None: from the start) when it was done at `since`; None: the sequence is over.

    Waits between add up; the sum is moved behind `not_before`, the end of a pause, and into the window. `steps` are in
    order of position.
    """
    moment = since
    for step in steps:
        if after is not None and step.position <= after.position:
            continue
        if step.kind == StepKind.EMAIL:
            return Due(step.pk, fit(max(moment, not_before or moment), window))
        moment += timedelta(days=step.wait_days, hours=step.wait_hours)
    return None
