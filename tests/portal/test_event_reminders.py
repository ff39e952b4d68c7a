"""Reminders of events: to whom, at what hour, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm.actors import SYSTEM
from outreach.models import OutboundMessage
from portal.services import event_reminders
from talent.choices_events import AttendanceOrigin
from talent.models import Attendance, Candidate, RecruitingEvent
from talent.services import attendance, contact, recruiting_events
from tests.factories.talent import a_candidate

pytestmark = pytest.mark.usefixtures("inside")
BEGINS = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)  # 18:00 in Berlin
EARLY, DAY = BEGINS - timedelta(days=20), timedelta(days=1)


def an_event(**values: Any) -> RecruitingEvent:
    facts = {"starts_at": BEGINS, "ends_at": BEGINS + timedelta(hours=2), "time_zone": "Europe/Berlin"}
    facts |= {"name": "Open house", "state": "open", "reminds": True, "place": "Torstraße 12"}
    return recruiting_events.create(values={**facts, **values}, by=SYSTEM)


def a_guest(event: RecruitingEvent, zone: str = "", name: str = "Zoe", **how: Any) -> Candidate:
    person = a_candidate(name, f"{name.lower()}@example.com")
    Candidate.objects.filter(pk=person.pk).update(time_zone=zone)
    attendance.register(event=event, people=[person.pk], by=SYSTEM, **{"now": EARLY, **how})
    return person


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("", datetime(2026, 6, 9, 7, 0, tzinfo=UTC)),  # nine in Berlin
        ("America/Los_Angeles", datetime(2026, 6, 9, 16, 0, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 6, 10, 0, 0, tzinfo=UTC)),  # there it begins on the 11th
    ],
)
def test_mail_goes_at_nine_of_the_day_before_where_they_live(zone: str, at: datetime) -> None:
    a_guest(an_event(), zone)

    sent = [event_reminders.send(now=when) for when in (at - timedelta(minutes=1), at, at + timedelta(minutes=10))]

    assert sent == [0, 1, 0]
    assert OutboundMessage.objects.get().subject == "Soon: Open house"


def test_mail_says_when_it_is_by_both_clocks() -> None:
    a_guest(an_event(), "Asia/Tokyo")
    event_reminders.send(now=datetime(2026, 6, 10, 1, 0, tzinfo=UTC))

    text = OutboundMessage.objects.get().text
    assert "Wednesday, 10 June 2026, 18:00 – 20:00 (Europe/Berlin, UTC+02:00)" in text
    assert "By your clock it begins on Thursday, 11 June, at 01:00 (Asia/Tokyo)." in text
    assert "Torstraße 12" in text


@pytest.mark.parametrize("values", [{"reminds": False}, {"state": "cancelled"}])
def test_nobody_is_reminded_of_what_is_cancelled_or_reminds_nobody(values: dict[str, Any]) -> None:
    event = an_event()
    a_guest(event)
    recruiting_events.change(event=event, values=values, by=SYSTEM, now=EARLY)

    assert event_reminders.send(now=BEGINS - DAY) == 0


@pytest.mark.parametrize("now", [BEGINS - timedelta(minutes=30), BEGINS + timedelta(hours=1)])
def test_nobody_is_reminded_on_their_way(now: datetime) -> None:
    a_guest(an_event())

    assert event_reminders.send(now=now) == 0


def test_whoever_has_just_registered_themselves_knows(inside: UUID) -> None:
    event, late = an_event(), BEGINS - timedelta(hours=5)
    a_guest(event, name="Ada", now=late, origin=AttendanceOrigin.FORM)
    a_guest(event, name="Bo", now=late)

    assert event_reminders.send(now=late + timedelta(minutes=10)) == 1
    assert OutboundMessage.objects.get().candidate.name == "Bo"
    assert Attendance.objects.filter(reminded_at=None).count() == 0


def test_event_that_is_put_off_is_reminded_of_again() -> None:
    event = an_event()
    a_guest(event)
    event_reminders.send(now=BEGINS - DAY)
    later = {"starts_at": BEGINS + 7 * DAY, "ends_at": BEGINS + 8 * DAY}
    recruiting_events.change(event=event, values=later, by=SYSTEM, now=BEGINS - DAY)

    assert [event_reminders.send(now=BEGINS - DAY), event_reminders.send(now=BEGINS + 6 * DAY)] == [0, 1]
    assert OutboundMessage.objects.count() == 2


def test_whoever_may_not_be_written_to_is_not_reminded() -> None:
    person = a_guest(an_event())
    contact.ban(candidate=person, reason="manual", evidence="", by=SYSTEM, now=EARLY)

    assert (event_reminders.send(now=BEGINS - DAY), OutboundMessage.objects.count()) == (0, 0)
