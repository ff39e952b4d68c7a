"""Mails about events that still wait when what they say is no longer so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from crm.actors import SYSTEM
from outreach.models import OutboundMessage
from portal.services import event_reminders
from talent.models import Attendance, RecruitingEvent
from talent.services import attendance, recruiting_events
from tests.portal.test_event_reminders import BEGINS, DAY, a_guest, an_event

pytestmark = pytest.mark.usefixtures("inside")
REMINDED = BEGINS - DAY + timedelta(hours=1)


def told() -> list[tuple[str, str]]:
    """(whose, state) of the mails about events."""
    return list(OutboundMessage.objects.order_by("candidate__name").values_list("candidate__name", "state"))


def reminded() -> RecruitingEvent:
    """An event whose two guests are written to, by a mailbox that has sent nothing yet."""
    event = an_event()
    for name in ("Ada", "Bo"):
        a_guest(event, name=name)
    event_reminders.send(now=REMINDED)
    return event


def test_who_calls_off_is_not_reminded() -> None:
    event = reminded()
    row = Attendance.objects.get(event=event, candidate__name="Ada")
    attendance.remove(attendance=row, by=SYSTEM, now=REMINDED)

    assert told() == [("Ada", "excluded"), ("Bo", "planned")]


def cancel(event: RecruitingEvent) -> None:
    recruiting_events.change(event=event, values={"state": "cancelled"}, by=SYSTEM, now=REMINDED)


def put_off(event: RecruitingEvent) -> None:
    later = {"starts_at": BEGINS + 9 * DAY, "ends_at": BEGINS + 10 * DAY}
    recruiting_events.change(event=event, values=later, by=SYSTEM, now=REMINDED)


def delete(event: RecruitingEvent) -> None:
    recruiting_events.delete(event=event, by=SYSTEM, now=REMINDED)


def begin(event: RecruitingEvent) -> None:
    event_reminders.send(now=event.starts_at + timedelta(minutes=5))


@pytest.mark.parametrize("happens", [cancel, put_off, delete, begin])
def test_nobody_is_reminded_of_what_is_no_longer_so(happens: Callable[[RecruitingEvent], None]) -> None:
    happens(reminded())

    assert told() == [("Ada", "excluded"), ("Bo", "excluded")]


def test_event_at_another_time_is_reminded_of_anew() -> None:
    put_off(reminded())
    event_reminders.send(now=REMINDED + 9 * DAY)

    assert sorted(told()) == [("Ada", "excluded"), ("Ada", "planned"), ("Bo", "excluded"), ("Bo", "planned")]
