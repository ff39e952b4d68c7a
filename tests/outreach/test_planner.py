"""What is due when: waits, windows and clocks that change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.choices import StepKind
from outreach.models import SequenceStep
from outreach.services import days_off, planner
from outreach.services.course import Course
from outreach.services.days_off import Calendar, DaysOff
from outreach.services.planner import Window
from talent.services.preferences import Wishes
from tests.properties import costly

ALWAYS = Window()
WORKDAYS = frozenset({1, 2, 3, 4, 5})
WEEK = st.frozensets(st.integers(1, 7))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"])


def steps(*waits: int) -> list[SequenceStep]:
    """A mail, then a wait of so many days and a mail, again and again."""
    rows = [SequenceStep(position=0)]
    for days in waits:
        rows += [SequenceStep(position=len(rows), kind=StepKind.WAIT, wait_days=days)]
        rows += [SequenceStep(position=len(rows))]
    return rows


def test_first_mail_is_due_at_once() -> None:
    rows, now = steps(3), datetime(2026, 6, 3, 12, tzinfo=UTC)

    assert planner.next_due(course=Course(rows), after=None, since=now, window=ALWAYS) == planner.Due(rows[0].pk, now)


def test_next_mail_waits() -> None:
    rows, now = steps(3), datetime(2026, 6, 3, 12, tzinfo=UTC)

    due = planner.next_due(course=Course(rows), after=rows[0], since=now, window=ALWAYS)

    assert due == planner.Due(rows[2].pk, now + timedelta(days=3))


def test_nothing_follows_the_last_mail() -> None:
    rows = steps(3)

    assert (
        planner.next_due(course=Course(rows), after=rows[-1], since=datetime(2026, 6, 3, tzinfo=UTC), window=ALWAYS)
        is None
    )


@pytest.mark.parametrize(
    ("moment", "fits"),
    [
        ("2026-06-03T05:00", "2026-06-03T07:00"),  # Wednesday before nine in Berlin
        ("2026-06-03T10:30", "2026-06-03T10:30"),
        ("2026-06-03T15:00", "2026-06-04T07:00"),  # after five in the afternoon
        ("2026-06-05T16:00", "2026-06-08T07:00"),  # Friday evening: Monday
        ("2026-03-28T12:00", "2026-03-30T07:00"),  # over the change to summer time
    ],
)
def test_mail_waits_for_the_window(moment: str, fits: str) -> None:
    window = Window("Europe/Berlin", 9, 17, weekdays=WORKDAYS)

    found = planner.fit(datetime.fromisoformat(moment).replace(tzinfo=UTC), window)

    assert found == datetime.fromisoformat(fits).replace(tzinfo=UTC)


@given(MOMENTS, ZONES, st.integers(0, 22), st.integers(1, 24), WEEK)
def test_fit_is_in_the_window_and_never_earlier(
    moment: datetime, zone: str, start: int, length: int, weekdays: frozenset[int]
) -> None:
    end = min(24, start + length)

    found = planner.fit(moment, Window(zone, start, end, weekdays))

    local = found.astimezone(ZoneInfo(zone))
    assert found >= moment
    assert not weekdays or local.isoweekday() in weekdays
    assert start <= local.hour < end
    assert planner.fit(found, Window(zone, start, end, weekdays)) == found


HOURS = st.lists(st.integers(0, 24 * 60 - 1), min_size=2, max_size=2, unique=True).map(sorted)


def at_minute(minute: int) -> time:
    return time(minute // 60, minute % 60)


@costly(50)
@given(MOMENTS, ZONES, st.integers(0, 22), st.integers(1, 24), WEEK, HOURS, WEEK)
def test_fit_keeps_to_what_the_person_asked_and_to_the_window_where_they_meet(
    moment: datetime,
    zone: str,
    start: int,
    length: int,
    weekdays: frozenset[int],
    hours: list[int],
    days: frozenset[int],
) -> None:
    wishes = Wishes(hours_from=at_minute(hours[0]), hours_until=at_minute(hours[1]), weekdays=tuple(days))
    window = Window(zone, start, min(24, start + length), weekdays, wishes)
    shares_a_day = not weekdays or not days or bool(weekdays & days)
    meets = shares_a_day and max(start, hours[0] / 60) < min(start + length, hours[1] / 60)

    found = planner.fit(moment, window)

    local = found.astimezone(ZoneInfo(zone))
    assert found >= moment
    assert at_minute(hours[0]) <= local.time() < at_minute(hours[1])
    assert not days or local.isoweekday() in days
    assert not meets or (start <= local.hour < start + length and (not weekdays or local.isoweekday() in weekdays))


def test_morning_is_at_nine_by_their_clock() -> None:
    assert planner.morning(date(2026, 6, 3), "Asia/Kolkata") == datetime(2026, 6, 3, 3, 30, tzinfo=UTC)


def opens_on(day: date, off: set[date]) -> DaysOff:
    """Germany's calendar, with days of the workspace's own, and one holiday taken out."""
    return DaysOff("DE", added=frozenset(off), opened=frozenset({day}))


@costly(50)
@given(
    MOMENTS,
    st.lists(ZONES, min_size=2, max_size=2),
    st.integers(0, 20),
    HOURS,
    st.sets(st.dates(date(2025, 1, 1), date(2028, 1, 1)), max_size=9),
)
def test_fit_keeps_to_two_clocks_and_the_days_off_of_one(
    moment: datetime, zones: list[str], start: int, hours: list[int], off: set[date]
) -> None:
    """The window by the sender's clock, the wishes by the person's: both hold wherever they can."""
    wishes = Wishes(hours_from=at_minute(hours[0]), hours_until=at_minute(hours[1]))
    days = opens_on(date(2026, 5, 1), off)
    window = Window(zones[0], start, start + 4, WORKDAYS, wishes, days, zones[1])

    found = planner.fit(moment, window)

    ours, theirs = found.astimezone(ZoneInfo(zones[0])), found.astimezone(ZoneInfo(zones[1]))
    assert found >= moment
    assert at_minute(hours[0]) <= theirs.time() < at_minute(hours[1])
    if window.ours.first(found) == found:
        assert start <= ours.hour < start + 4
        assert ours.weekday() < 5
        assert not days.holds(ours.date())
    else:  # the two never meet: then the person's word holds, at once
        assert found == window.asked.first(moment)


@given(MOMENTS, ZONES, st.integers(1, 20), st.integers(0, 400))
def test_no_moment_that_fits_is_passed_over(moment: datetime, zone: str, start: int, minutes: int) -> None:
    window = Window(zone, start, start + 3, WORKDAYS, days_off=DaysOff("US"))
    found = planner.fit(moment, window)

    between = moment + (found - moment) * (minutes / 400)

    assert between >= found or window.ours.first(between) == found


@pytest.mark.parametrize(
    ("country", "day", "is_off"),
    [
        ("DE", date(2026, 10, 3), True),
        ("DE", date(2026, 10, 2), False),
        ("US", date(2026, 11, 26), True),
        ("", date(2026, 12, 25), False),
        ("XX", date(2026, 12, 25), False),
    ],
)
def test_public_holidays_are_a_countrys_own(country: str, day: date, is_off: bool) -> None:
    assert DaysOff(country).holds(day) == is_off


def test_own_days_come_to_the_holidays_and_go_from_them() -> None:
    day, holiday = date(2026, 12, 24), date(2026, 12, 25)
    calendar = Calendar({"": frozenset({day})}, {"DE": frozenset({holiday})})

    assert (calendar.of("DE").holds(day), calendar.of("DE").holds(holiday)) == (True, False)
    assert (calendar.of("FR").holds(day), calendar.of("FR").holds(holiday)) == (True, True)


@pytest.mark.parametrize(("zone", "country"), [("Europe/Zurich", "CH"), ("America/Chicago", "US"), ("UTC", "")])
def test_zone_has_its_country(zone: str, country: str) -> None:
    assert days_off.country_of(zone) == country


def test_wait_of_a_year_from_a_leap_day_and_over_a_change_of_zone() -> None:
    """Somebody moves from Berlin to Kolkata on the way: the window goes by where they are when it is asked."""
    rows, leap = steps(365), datetime(2028, 2, 29, 12, tzinfo=UTC)
    moved = Window("Asia/Kolkata", 9, 17)

    due = planner.next_due(course=Course(rows), after=rows[0], since=leap, window=moved)

    assert due == planner.Due(rows[2].pk, datetime(2029, 3, 1, 3, 30, tzinfo=UTC))
