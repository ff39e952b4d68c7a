"""What two records asked for, made one: the latest pause, the hours and days that suit both, nothing lost."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from talent.models import Candidate, ContactPreference
from talent.services import merge_compare, merges, preferences, unmerge
from talent.services.preferences import Wishes
from talent.services.preferences_joined import join
from tests.factories.talent import NOW, a_candidate

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ({}, {"language": "de", "pronouns": "they/them"}, {"language": "de", "pronouns": "they/them"}),
        ({"language": "en", "channel": "phone"}, {"language": "de"}, {"language": "en", "channel": "phone"}),
        ({"paused_until": MAY}, {"paused_until": JUNE}, {"paused_until": JUNE}),
        ({"paused_until": JUNE}, {"paused_until": MAY}, {"paused_until": JUNE}),
        ({"weekdays": (1, 2, 3)}, {"weekdays": (2, 3, 4)}, {"weekdays": (2, 3)}),
        ({}, {"weekdays": (2, 3)}, {"weekdays": (2, 3)}),
        ({"hours_from": time(8)}, {"hours_until": time(17)}, {"hours_from": time(8), "hours_until": time(17)}),
        (
            {"hours_from": time(8), "hours_until": time(14)},
            {"hours_from": time(12), "hours_until": time(18)},
            {"hours_from": time(12), "hours_until": time(14)},
        ),
    ],
)
def test_two_sets_of_wishes_become_one(ours: dict[str, Any], theirs: dict[str, Any], expected: dict[str, Any]) -> None:
    joined = join(Wishes(**ours), Wishes(**theirs))

    assert (joined.wishes, joined.apart) == (Wishes(**expected), ())


def test_where_nothing_suits_both_ours_stands_and_is_named() -> None:
    ours = Wishes(hours_from=time(8), hours_until=time(12), weekdays=(1, 2))
    theirs = Wishes(hours_from=time(12), hours_until=time(18), weekdays=(4,))

    assert (join(ours, theirs).wishes, join(ours, theirs).apart) == (ours, ("hours", "weekdays"))


def some_hours() -> st.SearchStrategy[tuple[time | None, time | None]]:
    whole = st.integers(0, 23)
    pairs = st.tuples(whole, whole).filter(lambda pair: pair[0] < pair[1])
    return st.one_of(st.just((None, None)), pairs.map(lambda pair: (time(pair[0]), time(pair[1]))))


def some_wishes() -> st.SearchStrategy[Wishes]:
    days = st.sets(st.integers(1, 7)).map(lambda chosen: tuple(sorted(chosen)))
    pauses = st.one_of(st.none(), st.dates(MAY, JUNE))
    return st.builds(
        lambda hours, days, pause: Wishes(hours_from=hours[0], hours_until=hours[1], weekdays=days, paused_until=pause),
        some_hours(),
        days,
        pauses,
    )


def suits(wishes: Wishes, day: date, hour: int) -> bool:
    """Whether somebody who asked for this may be written to in that hour."""
    begin, end = wishes.hours_from, wishes.hours_until
    in_hours = begin is None or end is None or begin <= time(hour) < end
    in_days = not wishes.weekdays or day.isoweekday() in wishes.weekdays
    return in_hours and in_days and (wishes.paused_until is None or day >= wishes.paused_until)


@given(some_wishes(), some_wishes())
def test_no_hour_is_open_that_either_had_closed(ours: Wishes, theirs: Wishes) -> None:
    joined = join(ours, theirs)
    hours = [(MAY + timedelta(days=day), hour) for day in (*range(7), *range(31, 38)) for hour in range(24)]

    open_to_one = {at for at in hours if suits(joined.wishes, *at)}
    open_to_both = {at for at in hours if suits(ours, *at) and suits(theirs, *at)}
    assert joined.apart or open_to_one == open_to_both


def a_pair(ours: dict[str, Any] | None, theirs: dict[str, Any]) -> tuple[Candidate, Candidate]:
    pair = a_candidate(), a_candidate("Zoe Angstrom", "z.angstrom@example.com")
    for person, said in zip(pair, (ours, theirs), strict=True):
        if said is not None:
            preferences.put(candidate=person, wishes=Wishes(**said), by=SYSTEM, now=NOW)
    return pair


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("ours", [None, {"language": "en", "weekdays": (1, 2)}])
def test_merge_keeps_what_the_other_asked_for_until_undone(ours: dict[str, Any] | None) -> None:
    pair = a_pair(ours, {"paused_until": JUNE, "weekdays": (2, 3), "pronouns": "she/her"})
    before = list(ContactPreference.objects.order_by("pk").values())
    operation = merges.merge(survivor=pair[0], merged=pair[1], by=SYSTEM, now=NOW)

    held = preferences.of(pair[0])
    assert (held.paused_until, held.pronouns, held.weekdays) == (JUNE, "she/her", (2,) if ours else (2, 3))
    unmerge.undo(operation=operation, by=SYSTEM, now=NOW)
    assert list(ContactPreference.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("inside")
def test_comparison_shows_what_will_hold_and_warns() -> None:
    pair = a_pair({"weekdays": (1,), "language": "en"}, {"weekdays": (5,), "paused_until": JUNE})
    found = merge_compare.compare(survivor=pair[0], merged=pair[1], now=NOW)

    assert found.wished == [("Nothing before", "1 Jun 2026"), ("Hours", "on Mon, their time"), ("Language", "English")]
    assert [sentence.partition(":")[0] for sentence in found.warnings] == ["The two asked for different weekdays"]


@pytest.mark.usefixtures("inside")
def test_comparison_is_silent_where_the_other_asked_for_nothing() -> None:
    pair = a_pair({"weekdays": (1,)}, {})

    assert merge_compare.compare(survivor=pair[0], merged=pair[1], now=NOW).wishes is None
