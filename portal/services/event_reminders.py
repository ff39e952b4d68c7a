"""Reminds those who come to an event of it: in the morning of the day before, by their own clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.services.everywhere import in_each
from outreach.services.clock import database_now
from portal.services import event_mails
from talent.choices_events import AttendanceOrigin, EventState
from talent.models import Attendance, RecruitingEvent

MORNING = time(9)
LONGEST = timedelta(hours=39)  # from that morning to an event late in the next evening
TOO_LATE = timedelta(hours=1)  # before it begins: they are on their way
LATELY = timedelta(hours=2)
MOST = 500  # in one go


def moment(event: RecruitingEvent, zone: str) -> datetime:
    """When somebody in this zone is reminded: at nine on the day before it is, there."""
    there = ZoneInfo(zone)
    day = event.starts_at.astimezone(there).date() - timedelta(days=1)
    return datetime.combine(day, MORNING, there)


def send_all() -> None:
    """Of what is near in every workspace."""
    in_each(lambda: send(now=database_now()))


def send(*, now: datetime) -> int:
    """Plan the reminders that are due in this workspace, each once; returns how many."""
    _withdraw_begun(now)
    rows = Attendance.objects.expected().filter(
        reminded_at=None,
        event__reminds=True,
        event__starts_at__gt=now + TOO_LATE,
        event__starts_at__lte=now + LONGEST,
    )
    rows = rows.exclude(event__state=EventState.CANCELLED).select_related("event", "candidate").order_by("pk")
    due = [row for row in rows.select_for_update(of=("self",), skip_locked=True) if _is_due(row, now)][:MOST]
    planned = sum(_plan(row, now) for row in due if not _knows(row))
    Attendance.objects.filter(pk__in=[row.pk for row in due]).update(reminded_at=now)
    return planned


def _withdraw_begun(now: datetime) -> None:
    """Nobody reads after an event has begun that it is soon: a mailbox that may send no more held it back."""
    for event in RecruitingEvent.objects.filter(starts_at__lte=now, starts_at__gt=now - LATELY):
        people = Attendance.objects.filter(event=event).values_list("pk", "candidate_id")
        event_mails.withdraw_reminders(was_at=event.starts_at, people=people, now=now)


def _moment_of(row: Attendance) -> datetime:
    return moment(row.event, row.candidate.time_zone or row.event.time_zone)


def _is_due(row: Attendance, now: datetime) -> bool:
    return _moment_of(row) <= now


def _knows(row: Attendance) -> bool:
    """Whoever registered by the form after that morning has just had a mail about it."""
    return row.origin == AttendanceOrigin.FORM and row.registered_at >= _moment_of(row)


def _plan(row: Attendance, now: datetime) -> bool:
    return event_mails.plan(
        kind=event_mails.REMINDER,
        event_id=row.event_id,
        candidate_id=row.candidate_id,
        about=row.pk,
        origin=row.origin,
        now=now,
    )
