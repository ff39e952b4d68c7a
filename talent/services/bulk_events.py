"""Registering many people for an event, as one of the acts of the list of candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from crm.actors import Actor
from talent.choices_events import EventState
from talent.models import Attendance, FencedCandidate, RecruitingEvent
from talent.services import attendance, recruiting_events
from talent.services.attendance import WrongStep
from talent.services.bulk_acts import Act, ActRefused, Batch, Forecast, Input, Parameters, Result, chosen

FULL = "No place was left"
WAITS = "On the waiting list now"


def to_come() -> list[tuple[str, str]]:
    """Events that are neither over nor cancelled, the next first."""
    rows = recruiting_events.overview(timezone.now(), "upcoming").exclude(state=EventState.CANCELLED)
    return [(str(one.pk), f"{one.name} ({one.local_start:%-d %b %Y})") for one in rows[:200]]


def _prepare(values: Mapping[str, str], by: Actor) -> tuple[Parameters, str]:
    name = chosen(values, "event", to_come(), "Event")
    return {"event": values["event"]}, f"Register for “{name}”"


def _row(parameters: Parameters) -> RecruitingEvent:
    row = RecruitingEvent.objects.filter(pk=parameters["event"]).first()
    if row is None:
        raise ActRefused("The event has been deleted meanwhile.")
    return row


def _forecast(people: QuerySet[FencedCandidate], parameters: Parameters) -> Forecast:
    on_list = Attendance.objects.filter(event=parameters["event"], candidate_id=OuterRef("pk"))
    return Forecast(people.count(), people.filter(Exists(on_list)).count())


def _apply(batch: Batch) -> Result:
    try:
        done = attendance.register(event=_row(batch.parameters), people=batch.people, by=batch.by, now=batch.now)
    except WrongStep as error:
        raise ActRefused(str(error)) from error
    changed = {row.candidate_id: {"attendance": str(row.pk)} for row in done.rows}
    return Result(changed, dict.fromkeys(done.full, FULL) | dict.fromkeys(done.waiting, WAITS))


def _undo(batch: Batch) -> Sequence[UUID]:
    """Off the list again, unless somebody was marked since."""
    keys = [kept["attendance"] for kept in batch.before.values()]
    return attendance.forget(ids=keys, by=batch.by, now=batch.now)


REGISTER = Act(
    "register",
    "Register for an event",
    "calendar-plus",
    _prepare,
    _apply,
    _undo,
    _forecast,
    (Input("event", "Event", to_come),),
)
