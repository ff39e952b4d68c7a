"""What the portal does when something happened elsewhere: readers of the event log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from crm.models import Event
from outreach.services.clock import database_now
from portal.services import event_mails
from talent.choices_events import AttendanceOrigin
from talent.events import EVENT_WAITLISTED

FRESH = timedelta(days=1)  # whoever registered before that knows by now


def _kind(event: Event) -> str:
    """Which mail it is; "" for whom a colleague put on the list, who is written to by them."""
    if event.data.get("waited"):
        return event_mails.MOVED
    if event.data.get("origin") != AttendanceOrigin.FORM:
        return ""
    return event_mails.WAITING if event.kind == EVENT_WAITLISTED else event_mails.PLACE


def write_about_events(batch: Sequence[Event]) -> None:
    """Whoever has a place, or waits for one, gets a mail that says so."""
    now = database_now()
    for event in batch:
        kind = _kind(event)
        if kind and event.candidate_id and event.subject_id and now - event.occurred_at < FRESH:
            event_mails.plan(
                kind=kind,
                event_id=UUID(str(event.data["event"])),
                candidate_id=event.candidate_id,
                about=event.subject_id,
                origin=str(event.data.get("origin", "")),
                now=now,
            )
