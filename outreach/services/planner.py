"""The planner: pure functions from (course, person's clock, now) to what is due next, and when."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.choices import WAITS, StepKind
from outreach.models import Sequence, SequenceStep
from outreach.services.course import Course
from talent.services.preferences import NO_WISHES, Wishes

MORNING = time(9)
DAYS_LOOKED_AT = 15  # a week, and another one for hours that a change of the clocks swallows


@dataclass(frozen=True)
class Window:
    """When mails may go, by the clock on the person's wall: from hour `start` to before `end`, weekdays only or not,
    and within the hours and on the days that the person asked for.
    """

    zone: str = "UTC"
    start: int | None = None
    end: int | None = None
    weekdays_only: bool = False
    wishes: Wishes = NO_WISHES

    @classmethod
    def of(cls, sequence: Sequence, zones: Row[str], wishes: Wishes = NO_WISHES) -> Window:
        """The sequence's window by the first of `zones` that is named: the person's, the workspace's."""
        zone = next((z for z in zones if z), "UTC")
        return cls(zone, sequence.window_start_hour, sequence.window_end_hour, sequence.weekdays_only, wishes)

    def opens(self, day: date) -> tuple[time, time | None] | None:
        """From when to before when (None: midnight) a day is open; None for a closed one."""
        asked = self.wishes
        if (self.weekdays_only and day.weekday() >= 5) or (asked.weekdays and day.isoweekday() not in asked.weekdays):
            return None
        begin = max(time(self.start or 0), asked.hours_from or time.min)
        ends = [asked.hours_until, time(self.end) if self.end is not None and self.end < 24 else None]
        end = min((one for one in ends if one is not None), default=None)
        return None if end is not None and end <= begin else (begin, end)


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


def _span(day: date, hours: tuple[time, time | None], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Those hours of a local day, in UTC. Of an hour that the clocks repeat, or leave out, the narrower reading."""
    begin, end = hours
    last, until = (day, end) if end is not None else (day + timedelta(days=1), time.min)
    return max(_readings(day, begin, zone)), min(_readings(last, until, zone))


def _readings(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A time of the wall clock in UTC: twice the same, but where the clocks change."""
    local = datetime.combine(day, at, zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _first_inside(moment: datetime, window: Window) -> datetime | None:
    zone = _zone(window.zone)
    today = moment.astimezone(zone).date()
    for day in (today + timedelta(days=n) for n in range(DAYS_LOOKED_AT)):
        hours = window.opens(day)
        begin, end = _span(day, hours, zone) if hours else (moment, moment)
        if max(moment, begin) < end:
            return max(moment, begin).astimezone(UTC)
    return None


def fit(moment: datetime, window: Window) -> datetime:
    """The first moment at or after `moment` inside the window (aware, UTC).

    Where what the person asked for never meets the sequence's hours, the person's word holds.
    """
    theirs = replace(window, start=None, end=None, weekdays_only=False)
    return _first_inside(moment, window) or _first_inside(moment, theirs) or moment.astimezone(UTC)


def morning(day: date, zone: str) -> datetime:
    """When somebody in that zone is at work on a day (aware, UTC)."""
    return datetime.combine(day, MORNING, _zone(zone)).astimezone(UTC)


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
