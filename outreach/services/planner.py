"""The planner: pure functions from (course, person's clock, now) to what is due next, and when."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.choices import WAITS, StepKind
from outreach.models import Sequence, SequenceStep
from outreach.services.course import Course


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
    """The next step of an enrolment that does something, and when: a mail's moment fits the window."""

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


def _next_morning(moment: datetime, settings: dict[str, object], zone: ZoneInfo) -> datetime:
    """The first moment from `moment` on that is the stated hour of the stated weekday (0 is Monday) or date."""
    hour, weekday, on = int(str(settings.get("hour") or 0)), settings.get("weekday"), settings.get("date")
    local = moment.astimezone(zone)
    if on:
        then = datetime.combine(date.fromisoformat(str(on)), time(hour), tzinfo=zone)
        return max(moment, then.astimezone(ZoneInfo("UTC")))
    day = local.date() + timedelta(days=0 if weekday is None else (int(str(weekday)) - local.weekday()) % 7)
    then = datetime.combine(day, time(hour), tzinfo=zone)
    if then < local:
        then = datetime.combine(day + timedelta(days=1 if weekday is None else 7), time(hour), tzinfo=zone)
    return then.astimezone(ZoneInfo("UTC"))


def waited(step: SequenceStep, moment: datetime, zone: str) -> datetime:
    """When a wait that began at `moment` is over."""
    if step.kind == StepKind.WAIT_UNTIL:
        return _next_morning(moment, step.settings, _zone(zone))
    return moment + timedelta(days=step.wait_days, hours=step.wait_hours)


def next_due(
    *,
    course: Course,
    after: SequenceStep | None,
    since: datetime,
    window: Window,
    arm: str = "",
    not_before: datetime | None = None,
) -> Due | None:
    """What follows the step `after` (None: from the start) when it was done at `since`; None: the sequence is over.

    With `arm`, what follows in that arm of the branch `after`. Waits between add up; the sum is moved behind
    `not_before`, the end of a pause, and a mail's into the window.
    """
    moment = since
    step = course.first() if after is None else course.into(after, arm) if arm else course.after(after)
    while step is not None and step.kind in WAITS:
        moment, step = waited(step, moment, window.zone), course.after(step)
    if step is None or step.kind == StepKind.END:
        return None
    moment = max(moment, not_before or moment)
    return Due(step.pk, fit(moment, window) if step.kind == StepKind.EMAIL else moment)
