"""Who registers for an event, and who comes: written down, marked, taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from crm import events, together
from crm.actors import Actor
from crm.events import Subject
from crm.models import Event
from crm.services import audit, undo
from crm.together import Asked
from talent.choices_events import AttendanceOrigin, AttendanceState, EventState
from talent.events import EVENT_ATTENDED, EVENT_NO_SHOW, EVENT_REGISTERED, EVENT_UNMARKED, EVENT_UNREGISTERED
from talent.filters.leaves import has_words
from talent.models import Attendance, Candidate, RecruitingEvent, WaitlistEntry
from talent.services import seats

DOORS = timedelta(hours=12)  # who comes early is let in
LINE = Actor("system", None, "Waiting list")
TOLD = {AttendanceState.ATTENDED: EVENT_ATTENDED, AttendanceState.NO_SHOW: EVENT_NO_SHOW}


class WrongStep(ValueError):
    """This cannot be done with the event as it stands; the message says why."""


@dataclass(frozen=True)
class Registered:
    """Who is new on the list, who was on it already, for whom there was no place, and who of these waits for one."""

    rows: Sequence[Attendance]
    known: Collection[UUID]
    full: Sequence[UUID]
    waiting: Sequence[UUID] = ()

    @property
    def said(self) -> str:
        """About those who are not new, in words."""
        known = f"{len(self.known)} on the list already." if self.known else ""
        full = f"No place was left for {len(self.full)}." if self.full else ""
        waiting = f"{len(self.waiting)} on the waiting list now." if self.waiting else ""
        return " ".join(filter(None, [known, full, waiting]))

    @property
    def undo(self) -> str:
        """The token that takes it back."""
        return undo.keep({"attendances": [str(row.pk) for row in self.rows]}) if self.rows else ""


@transaction.atomic
def register(
    *,
    event: RecruitingEvent,
    people: Sequence[UUID],
    by: Actor,
    now: datetime,
    origin: str = AttendanceOrigin.COLLEAGUE,
    is_promised: bool = False,
    is_waiting: bool = False,
) -> Registered:
    """Put people on the list, in this order, as long as there are places.

    `is_promised`: theirs is kept already; `is_waiting`: they were told to wait.

    Whoever is on it stays as they are; for whom there is no place waits for one, where the event has a waiting list.
    Raises WrongStep.
    """
    row = seats.locked(event.pk)
    if row.state == EventState.CANCELLED:
        raise WrongStep(f"“{row}” is cancelled.")
    found = Attendance.objects.filter(event=row, candidate__in=people).order_by()
    known = set(found.values_list("candidate_id", flat=True))
    fresh = [person for person in dict.fromkeys(people) if person not in known]
    left = None if is_promised else 0 if is_waiting else seats.places_left(row)
    seated = fresh if left is None else fresh[:left]
    rows = [Attendance(event=row, candidate_id=pk, origin=origin, registered_at=now) for pk in seated]
    _seat(rows, by, now)
    seats.leave(event_id=row.pk, people=seated, by=by)
    _record("event_registered", row, by, len(rows))
    full = fresh[len(seated) :]
    if not (full and (row.has_waiting_list or is_waiting)):
        return Registered(rows, known, full)
    seats.wait(event=row, people=full, by=by, now=now, origin=origin)
    moved = move_up(event=row, now=now)
    return Registered(rows, known, (), [person for person in full if person not in moved])


def _seat(rows: Sequence[Attendance], by: Actor, now: datetime, **facts: str) -> None:
    Attendance.objects.bulk_create(rows)
    events.publish_many([_told(EVENT_REGISTERED, one, by, now, origin=str(one.origin), **facts) for one in rows])


@transaction.atomic
def move_up(*, event: RecruitingEvent, now: datetime) -> list[UUID]:
    """Give what is free to those who wait longest; returns who they are. Nobody is called once it has begun."""
    row = seats.locked(event.pk)
    left = seats.places_left(row)
    if row.state == EventState.CANCELLED or row.has_begun(now) or left == 0:
        return []
    line = list(seats.line(row)[:left])
    _seat(
        [Attendance(event=row, candidate_id=one.candidate_id, origin=one.origin, registered_at=now) for one in line],
        LINE,
        now,
        waited="yes",
    )
    people = [one.candidate_id for one in line]
    seats.leave(event_id=row.pk, people=people, by=LINE)
    _record("event_registered", row, LINE, len(line))
    return people


@transaction.atomic
def give_place(*, entry: WaitlistEntry, by: Actor, now: datetime) -> None:
    """A colleague gives somebody who waits a place, whether one is free or not. Raises WrongStep."""
    register(event=entry.event, people=[entry.candidate_id], by=by, now=now, origin=entry.origin, is_promised=True)


@transaction.atomic
def let_in(
    *,
    event: RecruitingEvent,
    people: Sequence[Candidate],
    has_come: bool,
    by: Actor,
    now: datetime,
    is_promised: bool = False,
) -> Registered:
    """The same by hand; whoever stands at the door is on the list and has come. Raises WrongStep."""
    keys = [person.pk for person in people]
    done = register(event=event, people=keys, by=by, now=now, is_promised=is_promised)
    if has_come:
        here = Attendance.objects.filter(event=event, candidate__in=keys).values_list("pk", flat=True)
        mark(event=event, ids=list(here), state=AttendanceState.ATTENDED, by=by, now=now)
    return done


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> str:
    """Undo `register`, as a sentence; whoever was marked since stays. Raises NothingToUndo."""
    gone = forget(ids=undo.take(token).get("attendances", []), by=by, now=now)
    return "1 registration is taken back." if len(gone) == 1 else f"{len(gone)} registrations are taken back."


@transaction.atomic
def forget(*, ids: Collection[str], by: Actor, now: datetime) -> list[UUID]:
    """Take those off the list again whom nobody has marked; returns who they are."""
    _hold(ids)
    rows = Attendance.objects.expected().filter(pk__in=ids).select_related("event").select_for_update(of=("self",))
    unmarked = list(rows)
    _remove(unmarked, by, now)
    return [row.candidate_id for row in unmarked]


@transaction.atomic
def remove(*, attendance: Attendance, by: Actor, now: datetime) -> None:
    """Take somebody off the list: they said so, or it was a mistake."""
    _hold([attendance.pk])
    rows = Attendance.objects.filter(pk=attendance.pk).select_related("event").select_for_update(of=("self",))
    _remove(list(rows), by, now)


def _hold(ids: Collection[str | UUID]) -> None:
    """The events of these registrations first, in one order, as all who give places away do."""
    found = Attendance.objects.filter(pk__in=ids).order_by().values("event")
    list(RecruitingEvent.objects.filter(pk__in=found).order_by("pk").select_for_update().values_list("pk"))


def _remove(rows: Sequence[Attendance], by: Actor, now: datetime) -> None:
    told = []
    for row in rows:
        told += _unmarked(row, by, now)
        told.append(_told(EVENT_UNREGISTERED, row, by, now, was=row.state))
    Attendance.objects.filter(pk__in=[row.pk for row in rows]).delete()
    events.publish_many(told)
    for row in rows[:1]:
        people = [(one.pk, one.candidate_id) for one in rows]
        events.before_commit("recruiting_event_left", event=row.event, people=people, now=now)
        _record("event_unregistered", row.event, by, len(rows))
        move_up(event=row.event, now=now)


# --- who came


def too_early(event: RecruitingEvent, state: str, now: datetime) -> str:
    """Why nobody can be marked like this yet, in a sentence; empty when they can."""
    if event.state == EventState.CANCELLED:
        return f"“{event}” is cancelled."
    if state == AttendanceState.ATTENDED and now < event.starts_at - DOORS:
        return f"“{event}” is not near yet: nobody can have come."
    if state == AttendanceState.NO_SHOW and not event.has_begun(now):
        return f"“{event}” has not begun yet: nobody has stayed away."
    return ""


@dataclass(frozen=True)
class Marked:
    """Who was marked otherwise before, and the token of an undo."""

    rows: Sequence[Attendance]
    undo: str


@transaction.atomic
def mark(*, event: RecruitingEvent, ids: Collection[UUID], state: str, by: Actor, now: datetime) -> Marked:
    """Say of registrations of an event whether the people came; `registered` takes it back. Raises WrongStep."""
    if wrong := too_early(event, state, now):
        raise WrongStep(wrong)
    rows = Attendance.objects.filter(event=event, pk__in=ids).exclude(state=state).select_for_update(of=("self",))
    changed = list(rows)
    before = {str(row.pk): row.state for row in changed}
    _mark(changed, event, {row.pk: state for row in changed}, by, now)
    return Marked(changed, undo.keep({"event": str(event.pk), "was": before, "is": state}) if changed else "")


def who_did_not_come(*, event: RecruitingEvent, by: Actor, now: datetime) -> Marked:
    """Whoever registered and was not seen is a no-show. Raises WrongStep."""
    ids = list(Attendance.objects.expected().filter(event=event).values_list("pk", flat=True))
    return mark(event=event, ids=ids, state=AttendanceState.NO_SHOW, by=by, now=now)


@transaction.atomic
def take_marks_back(*, token: str, by: Actor, now: datetime) -> str:
    """Undo `mark`, as a sentence; whoever was marked otherwise since stays. Raises NothingToUndo."""
    facts = undo.take(token)
    event = RecruitingEvent.objects.filter(pk=facts.get("event")).first()
    was: dict[str, str] = facts.get("was", {})
    rows = Attendance.objects.filter(event=event, pk__in=list(was), state=facts.get("is", ""))
    changed = list(rows.select_for_update(of=("self",))) if event else []
    if event and changed:
        _mark(changed, event, {row.pk: was[str(row.pk)] for row in changed}, by, now)
    return "1 mark is taken back." if len(changed) == 1 else f"{len(changed)} marks are taken back."


def _mark(
    rows: Sequence[Attendance], event: RecruitingEvent, states: dict[UUID, str], by: Actor, now: datetime
) -> None:
    """What was said before is taken back first: an event of its own, so that whoever counts counts right."""
    told = []
    for row in rows:
        row.event = event
        told += _unmarked(row, by, now)
        row.state = states[row.pk]
        row.marked_at = None if row.state == AttendanceState.REGISTERED else now
        if row.state != AttendanceState.REGISTERED:
            told.append(_told(TOLD[AttendanceState(row.state)], row, by, now))
    Attendance.objects.bulk_update(rows, ["state", "marked_at"])
    events.publish_many(told)
    _record("event_marked", event, by, len(rows))


def _unmarked(row: Attendance, by: Actor, now: datetime) -> list[Event]:
    """That what was said of somebody is said no more, where anything was."""
    return [] if row.state == AttendanceState.REGISTERED else [_told(EVENT_UNMARKED, row, by, now, was=row.state)]


def _told(kind: str, row: Attendance, by: Actor, now: datetime, **facts: str) -> Event:
    return events.build(
        kind,
        candidate=row.candidate_id,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.attendance", row.pk),
        data={"event": str(row.event_id), "name": row.event.name, **facts},
    )


def _record(action: str, event: RecruitingEvent, by: Actor, people: int) -> None:
    if people:
        facts = {"people": people}
        audit.record(action=action, by=by, object_type="talent.recruitingevent", object_id=event.pk, facts=facts)


# --- reading


def listed(event: RecruitingEvent, state: str = "", words: str = "") -> QuerySet[Attendance]:
    """Who is on the list of an event, by name; of one state, or whose name holds the words."""
    rows = Attendance.objects.of_event(event.pk).order_by("candidate__name", "pk")
    rows = rows.filter(state=state) if state else rows
    return rows.filter(has_words("candidate__name", words)) if words.strip() else rows


def sizes(event: RecruitingEvent) -> dict[str, int]:
    """How many registrations of an event stand in each state."""
    rows = Attendance.objects.filter(event=event).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def places() -> QuerySet[Attendance]:
    """Registrations with event and person."""
    return Attendance.objects.select_related("event", "candidate")


@together.planned
def made_by(candidate_id: UUID) -> Asked[Attendance]:
    """A person's registrations with the events, the latest twenty."""
    rows = Attendance.objects.filter(candidate_id=candidate_id).select_related("event")
    return rows.order_by("-event__starts_at", "-pk")[:20]


def of_person(candidate_id: UUID) -> list[Attendance]:
    return together.rows(made_by(candidate_id))
