"""Two records of one person that are both on the list of an event: of the two, what says more stands."""

from __future__ import annotations

from datetime import datetime

from talent.choices_events import AttendanceState
from talent.models import Attendance
from talent.services.merges import Journal

STRENGTH = [AttendanceState.REGISTERED, AttendanceState.NO_SHOW, AttendanceState.ATTENDED]


def keep(*, journal: Journal, now: datetime) -> None:
    """Before the row of the one who goes gives way: whoever came by one name came; the first registration counts.

    The code that the other one was sent opens the one that stands.
    """
    theirs = {row.event_id: row for row in Attendance.objects.filter(candidate=journal.source)}
    for ours in Attendance.objects.filter(candidate=journal.target, event__in=list(theirs)):
        other = theirs[ours.event_id]
        stronger = max(ours, other, key=lambda row: STRENGTH.index(AttendanceState(row.state)))
        earlier = min(ours, other, key=lambda row: row.registered_at)
        journal.remember(Attendance._meta.db_table, [ours.pk])
        ours.state, ours.marked_at, ours.ticket = stronger.state, stronger.marked_at, other.pk
        ours.registered_at, ours.origin = earlier.registered_at, earlier.origin
        ours.save(update_fields=["state", "marked_at", "registered_at", "origin", "ticket"])
