"""Fields about the events that people register for and come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Max, QuerySet

from talent.filters import phrases
from talent.filters.catalogue import Choice, Field
from talent.filters.clock import Clock
from talent.models import Attendance
from talent.services import recruiting_events

GROUP = "Events"
Rows = Callable[[], QuerySet[Attendance]]


def _events() -> list[Choice]:
    return [Choice(key, name) for key, name in recruiting_events.names()]


def _at(name: str, label: str, did: str, rows: Rows) -> Field:
    says = phrases.choice(
        f"who {did} {{quoted or}}",
        f"not among those who {did} {{quoted or}}",
        f"not among those who {did} an event",
        f"who {did} some event",
    )
    return Field(name, label, "choice", says, rows=rows, column="event_id", choices=_events, ids=True, group=GROUP)


def _when(name: str, label: str, did: str, rows: Rows, moment: str) -> Field:
    """The last time; `moment` is the column of a registration that says when."""

    def last(found: QuerySet[Any], clock: Clock) -> QuerySet[Any]:
        """One row for each person, with the `last` time."""
        return found.order_by().values("candidate_id").annotate(last=Max(moment))

    says = phrases.moment(did, f"last {did}", never=f"never {did}", ever=f"{did} at least once")
    return Field(name, label, "moment", says, rows=rows, as_of=last, column="last", group=GROUP)


EVENT_FIELDS = (
    _at("event_registered", "Registered for the event", "registered for", lambda: Attendance.objects.all()),
    _at("event_attended", "Came to the event", "came to", lambda: Attendance.objects.attended()),
    _at(
        "event_no_show",
        "Did not come to the event",
        "registered for and did not come to",
        lambda: Attendance.objects.missed(),
    ),
    _when(
        "event_registered_at",
        "Last registered for an event",
        "registered for an event",
        lambda: Attendance.objects.all(),
        "registered_at",
    ),
    _when(
        "event_attended_at",
        "Last event they came to",
        "at an event of ours",
        lambda: Attendance.objects.attended(),
        "event__starts_at",
    ),
    _when(
        "event_no_show_at",
        "Last event they stayed away from",
        "missed at an event they registered for",
        lambda: Attendance.objects.missed(),
        "event__starts_at",
    ),
)
