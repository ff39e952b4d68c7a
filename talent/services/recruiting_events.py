"""Recruiting events: made, changed, deleted, listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.choices_events import EventState
from talent.models import Attendance, RecruitingEvent, WaitlistEntry
from talent.services import attendance, field_changes

LONGEST = timedelta(days=31)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
OUT_OF_REACH = f"Events lie between {EARLIEST.year} and {LATEST.year - 1}."
MAKES_ROOM = {"capacity", "state", "starts_at", "has_waiting_list"}
When = Literal["", "upcoming", "past"]


class NotAnEvent(ValueError):
    """No event can be like this; the message says why."""


def wrong_times(starts_at: datetime, ends_at: datetime) -> str:
    """What is wrong with the hours of an event, in a sentence; empty when nothing."""
    if starts_at < EARLIEST or ends_at >= LATEST:
        return OUT_OF_REACH
    if ends_at <= starts_at:
        return "It ends before it begins."
    if ends_at - starts_at > LONGEST:
        return f"An event lasts {LONGEST.days} days at most."
    return ""


def overview(now: datetime, when: When = "") -> QuerySet[RecruitingEvent]:
    """Events with their numbers: those to come with the next one first, else the latest first."""
    rows = RecruitingEvent.objects.with_sizes().order_by("-starts_at", "-pk")
    if when == "upcoming":
        return rows.filter(ends_at__gt=now).order_by("starts_at", "pk")
    return rows.filter(ends_at__lte=now) if when == "past" else rows


@transaction.atomic
def create(*, values: Mapping[str, Any], by: Actor) -> RecruitingEvent:
    """A new event; `values` are columns by name. Owned by the member who makes it, unless said. Raises NotAnEvent."""
    event = RecruitingEvent(**values)
    if event.owner_id is None and by.kind == "member":
        event.owner_id = by.id
    _check(event)
    event.save()
    _record("event.create", event, by)
    return event


@transaction.atomic
def change(*, event: RecruitingEvent, values: Mapping[str, Any], by: Actor, now: datetime) -> None:
    """Change columns of an event; rules that ask when people were at one follow, and who waits. Raises NotAnEvent."""
    changed, was_at = [name for name, value in values.items() if getattr(event, name) != value], event.starts_at
    for name in changed:
        setattr(event, name, values[name])
    _check(event)
    event.save()
    if changed:
        _record("event.change", event, by, changed)
    if "starts_at" in changed and Attendance.objects.filter(event=event).update(reminded_at=None):
        field_changes.tell(*field_changes.EVENT_DAYS, by=by, at=now)
        events.before_commit("recruiting_event_moved", was_at=was_at, people=_concerned(event), now=now)
    if "state" in changed and event.state == EventState.CANCELLED:
        events.before_commit("recruiting_event_left", event=event, people=_concerned(event), now=now)
    if MAKES_ROOM & set(changed):
        attendance.move_up(event=event, now=now)


@transaction.atomic
def delete(*, event: RecruitingEvent, by: Actor, now: datetime) -> None:
    """Remove an event with its list; the people stay."""
    _record("event.delete", event, by)
    events.before_commit("recruiting_event_left", event=event, people=_concerned(event), now=now)
    gone, _ = Attendance.objects.filter(event=event).delete()
    event.delete()
    if gone:
        field_changes.tell(*field_changes.EVENTS, *field_changes.EVENT_DAYS, by=by, at=now)


def _concerned(event: RecruitingEvent) -> list[tuple[UUID, UUID]]:
    """(registration or place in the line, person) of all who come or wait."""
    tables: list[type[Attendance] | type[WaitlistEntry]] = [Attendance, WaitlistEntry]
    return [pair for table in tables for pair in table.objects.filter(event=event).values_list("pk", "candidate_id")]


def _check(event: RecruitingEvent) -> None:
    if wrong := wrong_times(event.starts_at, event.ends_at):
        raise NotAnEvent(wrong)


def _record(action: str, event: RecruitingEvent, by: Actor, fields: Sequence[str] = ()) -> None:
    audit.record(action=action, by=by, object_type="talent.recruitingevent", object_id=event.pk, fields=fields)


def names() -> list[tuple[str, str]]:
    """(key, name with its day) of events, the latest first: for choices."""
    rows = RecruitingEvent.objects.all()[:500]
    return [(str(one.pk), f"{one.name} ({one.local_start:%-d %b %Y})") for one in rows]
