"""The planner: pure functions from (course, person's clock, now) to what is due next, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.choices import MESSAGES, WAITS, StepKind
from outreach.models import SequenceStep
from outreach.services.course import Course
from outreach.services.days_off import NO_DAYS, DaysOff
from talent.services.preferences import NO_WISHES, Wishes

MORNING = time(9)
DAYS_LOOKED_AT = 100  # longer than any row of days off; hours that a change of the clocks swallows are found as well


@lru_cache(maxsize=4096)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@dataclass(frozen=True)
class Hours:
    """Hours of some days by one wall clock: from `begin` to before `end` (None: midnight); no `weekdays`: all (ISO)."""

    zone: str = "UTC"
    begin: time = time.min
    end: time | None = None
    weekdays: frozenset[int] = frozenset()
    days_off: DaysOff = NO_DAYS

    @property
    def are_all(self) -> bool:
        return self == Hours(self.zone)

    def are_on(self, day: date) -> bool:
        """Whether a day of the calendar there is open at all."""
        return not (self.weekdays and day.isoweekday() not in self.weekdays) and not self.days_off.holds(day)

    def first(self, moment: datetime) -> datetime | None:
        """The first moment from `moment` on within these hours (UTC); None: not in DAYS_LOOKED_AT days."""
        if self.are_all:
            return moment
        today = moment.astimezone(_zone(self.zone)).date()
        for day in (today + timedelta(days=n) for n in range(DAYS_LOOKED_AT)):
            if not self.are_on(day):
                continue
            begin, end = _span(day, self.begin, self.end, self.zone)
            if max(moment, begin) < end:
                return max(moment, begin)
        return None


@dataclass(frozen=True)
class Window:
    """When mails may go: from hour `start` to before `end` by the clock of `zone`, on these `weekdays`, except days
    off there; and within the hours and on the days that the person asked for, by their own clock (`theirs`).
    """

    zone: str = "UTC"
    start: int | None = None
    end: int | None = None
    weekdays: frozenset[int] = frozenset()  # ISO 8601; none: every day
    wishes: Wishes = NO_WISHES
    days_off: DaysOff = NO_DAYS
    theirs: str = ""  # the person's zone; empty: `zone`

    @property
    def person_zone(self) -> str:
        return self.theirs or self.zone

    @property
    def ours(self) -> Hours:
        end = time(self.end) if self.end is not None and self.end < 24 else None
        return Hours(self.zone, time(self.start or 0), end, self.weekdays, self.days_off)

    @property
    def asked(self) -> Hours:
        wishes = self.wishes
        begin = wishes.hours_from or time.min
        return Hours(self.person_zone, begin, wishes.hours_until, frozenset(wishes.weekdays))


@dataclass(frozen=True)
class Due:
    """The next step of an enrolment that does something, and when: a mail's moment fits the window."""

    step_id: UUID
    due_at: datetime
    writer: UUID | None = None  # the step's own sender


@lru_cache(maxsize=65536)
def _span(day: date, begin: time, end: time | None, zone: str) -> tuple[datetime, datetime]:
    """Those hours of a local day, in UTC. Of an hour that the clocks repeat, or leave out, the narrower reading."""
    last, until = (day, end) if end is not None else (day + timedelta(days=1), time.min)
    return max(_readings(day, begin, _zone(zone))), min(_readings(last, until, _zone(zone)))


def _readings(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A time of the wall clock in UTC: twice the same, but where the clocks change."""
    local = datetime.combine(day, at, zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _first_in_both(moment: datetime, ours: Hours, asked: Hours) -> datetime | None:
    """Two clocks in turn, each moving the moment on, until both agree."""
    last, found = moment + timedelta(days=DAYS_LOOKED_AT), moment
    while found <= last:
        inside = ours.first(found)
        agreed = asked.first(inside) if inside is not None else None
        if agreed is None or agreed == found:
            return agreed
        found = agreed
    return None


def fit(moment: datetime, window: Window) -> datetime:
    """The first moment at or after `moment` inside the window (aware, UTC).

    Where what the person asked for never meets the sequence's hours, the person's word holds.
    """
    at, asked = moment.astimezone(UTC), window.asked
    return _first_in_both(at, window.ours, asked) or asked.first(at) or at


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


def is_wait(step: SequenceStep) -> bool:
    """Whether time alone ends it. A wait that something may end earlier is looked at like a branch."""
    return step.kind in WAITS and not step.settings.get("when")


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
    while step is not None and is_wait(step):
        moment, step = waited(step, moment, window.person_zone), course.after(step)
    if step is None or step.kind == StepKind.END:
        return None
    moment = max(moment, not_before or moment)
    return Due(step.pk, fit(moment, window) if step.kind in MESSAGES else moment, step.sender_id)
