"""Tasks: made, changed, done, put off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from crm import events, together
from crm.actors import Actor
from crm.events import Subject
from crm.models import Member, Tenant
from crm.services import audit, notifications, undo
from crm.services.undo import NothingToUndo
from crm.together import Asked
from talent.choices import TaskSource
from talent.events import TASK_ADDED, TASK_DELETED, TASK_DONE, TASK_REOPENED
from talent.models import Candidate, Task
from talent.models.tasks import TaskQuerySet
from talent.services import touchpoints

SHOWS = ("mine", "team", "overdue", "done")
MOST = 500
MOST_AT_ONCE = 5000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
_WHEN = f"Give a day between {FIRST_DAY.year} and {LAST_DAY.year}."
DUE = (MinValueValidator(FIRST_DAY, _WHEN), MaxValueValidator(LAST_DAY, _WHEN))  # of the day until which a task is due


def due_at(on: date | None, at: time | None, zone: str) -> datetime | None:
    """The moment after which a task is late, in UTC terms: the time said, else the midnight that ends the day."""
    if on is None:
        return None
    if at is not None:
        return datetime.combine(on, at, ZoneInfo(zone))
    return datetime.combine(on + timedelta(days=1), time(), ZoneInfo(zone))


@transaction.atomic
def add(
    *,
    title: str,
    by: Actor,
    now: datetime,
    zone: str,
    candidate: Candidate | None = None,
    assignee: Member | None = None,
    due_on: date | None = None,
    due_time: time | None = None,
    source: str = TaskSource.MANUAL,
    touch_kind: str = "",
) -> Task:
    """A new task; whom it is given to is told. `zone` is the IANA name that date and time are meant in.

    With a `touch_kind`, a TouchKind, it is a contact with the person, and counts as one when it is done.
    """
    task = Task.objects.create(
        title=title,
        candidate=candidate,
        assignee=assignee,
        due_on=due_on,
        due_time=due_time if due_on else None,
        time_zone=zone if due_on else "",
        due_at=due_at(due_on, due_time, zone),
        source=source,
        touch_kind=touch_kind,
        created_by=by.label,
    )
    _publish(TASK_ADDED, [task], by, now)
    _tell_assignee(task, by)
    return task


def _publish(kind: str, tasks: Sequence[Task], by: Actor, now: datetime) -> None:
    rows = [
        events.build(
            kind,
            candidate=task.candidate_id,
            occurred_at=now,
            actor=by,
            subject=Subject("talent.task", task.pk),
            data={"title": task.title},
        )
        for task in tasks
    ]
    events.publish_many(rows)


def _tell_assignee(task: Task, by: Actor) -> None:
    if task.assignee_id is None:
        return
    slug = Tenant.objects.values_list("slug", flat=True).get(pk=task.tenant_id)
    about = f" about {task.candidate.name}" if task.candidate else ""
    notifications.tell(
        members=[task.assignee_id],
        kind="task",
        text=f"{by.label} gave you a task{about}: {task.title}",
        url=reverse("talent:task-edit", args=[slug, task.pk]),
        by=by,
    )


@transaction.atomic
def change(
    *,
    task: Task,
    title: str,
    assignee: Member | None,
    due_on: date | None,
    due_time: time | None,
    zone: str,
    by: Actor,
    touch_kind: str = "",
) -> None:
    """Change a task; a new assignee is told."""
    is_handed_over = (assignee.pk if assignee else None) != task.assignee_id
    task.title, task.assignee, task.touch_kind = title, assignee, touch_kind
    _set_due(task, due_on, due_time, zone)
    task.save()
    audit.record(action="task.change", by=by, object_type="talent.task", object_id=task.pk)
    if is_handed_over:
        _tell_assignee(task, by)


def _set_due(task: Task, due_on: date | None, due_time: time | None, zone: str) -> None:
    task.due_on, task.due_time = due_on, due_time if due_on else None
    task.time_zone, task.due_at = (zone if due_on else ""), due_at(due_on, due_time, zone)


@transaction.atomic
def complete(*, tasks: Iterable[Task], by: Actor, now: datetime, reached: bool | None = None) -> int:
    """Mark as done; returns how many were open. `reached` says of contacts whether both sides spoke, None: not said."""
    rows = list(Task.objects.select_for_update().open().filter(pk__in=[t.pk for t in tasks]))
    Task.objects.filter(pk__in=[t.pk for t in rows]).update(done_at=now, done_by=by.label, updated_at=now)
    _publish(TASK_DONE, rows, by, now)
    touchpoints.of_tasks(tasks=rows, reached=reached, by=by, now=now)
    return len(rows)


@transaction.atomic
def reopen(*, tasks: Iterable[Task], by: Actor, now: datetime) -> int:
    """Not done after all; returns how many were. Contacts that they were did not happen."""
    rows = list(Task.objects.select_for_update().done().filter(pk__in=[t.pk for t in tasks]))
    keys = [t.pk for t in rows]
    touchpoints.forget_tasks(tasks=keys, by=by, now=now)
    Task.objects.filter(pk__in=keys).update(done_at=None, done_by="", updated_at=now)
    _publish(TASK_REOPENED, rows, by, now)
    return len(rows)


@dataclass(frozen=True)
class Completed:
    """How many tasks were done together, the first of them, and the token that takes it back within an hour."""

    count: int
    first: Task | None
    undo: str


@transaction.atomic
def complete_together(*, tasks: Iterable[Task], by: Actor, now: datetime, reached: bool | None = None) -> Completed:
    """Mark tasks as done, those that are open; it can be taken back as one. `reached` is as `complete` takes it."""
    rows = list(Task.objects.open().filter(pk__in=[t.pk for t in tasks]))
    count = complete(tasks=rows, by=by, now=now, reached=reached)
    token = undo.keep({"act": "tasks", "ids": [str(t.pk) for t in rows]}) if rows else ""
    return Completed(count, rows[0] if rows else None, token)


def take_back(*, token: str, by: Actor, now: datetime) -> int:
    """Open again what was done together; returns how many still were done. Raises NothingToUndo."""
    facts = undo.take(token)
    if facts.get("act") != "tasks":
        raise NothingToUndo("This can no longer be undone here.")
    return reopen(tasks=list(Task.objects.done().filter(pk__in=facts["ids"])), by=by, now=now)


def all_open(*, show: str, member: Member | None, now: datetime, candidate_id: UUID | None = None) -> list[Task]:
    """Everything that is open on a page of the list, at most MOST_AT_ONCE."""
    found = listing(show=show, member=member, now=now, candidate_id=candidate_id)
    return [] if show == "done" else list(found[:MOST_AT_ONCE])


@transaction.atomic
def snooze(*, task: Task, days: int, now: datetime, zone: str) -> None:
    """Put off by days, counted from today or from its date, whichever is later; the time of day stays."""
    today = now.astimezone(ZoneInfo(zone)).date()
    start = max(task.due_on or today, today)
    _set_due(task, start + timedelta(days=days), task.due_time, task.time_zone or zone)
    task.save(update_fields=["due_on", "due_time", "time_zone", "due_at", "updated_at"])


@transaction.atomic
def delete(*, task: Task, by: Actor, now: datetime) -> None:
    _publish(TASK_DELETED, [task], by, now)
    audit.record(action="task.delete", by=by, object_type="talent.task", object_id=task.pk)
    task.delete()


def listing(*, show: str, member: Member | None, now: datetime, candidate_id: UUID | None = None) -> QuerySet[Task]:
    """Tasks as the page shows them: `show` is one of SHOWS; of one person only when told."""
    rows = Task.objects.filter(candidate_id=candidate_id) if candidate_id else Task.objects.all()
    match show:
        case "team":
            rows = rows.open()
        case "overdue":
            rows = rows.overdue(now)
        case "done":
            return rows.done().order_by("-done_at", "-pk").select_related("candidate", "assignee__user")
        case _:
            rows = rows.open().of_member(member.pk) if member else rows.none()
    return rows.most_urgent_first()


def counts(*, member: Member, now: datetime) -> dict[str, int]:
    """How many are open: mine, the team's, overdue."""
    rows = Task.objects.open()
    return {"mine": rows.of_member(member.pk).count(), "team": rows.count(), "overdue": rows.overdue(now).count()}


def of_person(candidate_id: UUID) -> list[Task]:
    """What is to be done about a person."""
    return together.rows(about(candidate_id))


def next_of(candidate_id: UUID) -> Task | None:
    """The next thing that is planned with a person: the first task with a day."""
    return next((task for task in of_person(candidate_id) if task.due_on), None)


@together.planned
def about(candidate_id: UUID) -> Asked[Task]:
    """A person's open tasks, the twenty most urgent ones."""
    rows: QuerySet[Task] = Task.objects.open().filter(candidate_id=candidate_id).most_urgent_first()[:20]
    return rows


def due_today(*, member: Member, until: datetime, limit: int) -> list[Task]:
    """A member's tasks that are late or due until a moment, the most urgent first."""
    return list(until_then(member, until).most_urgent_first()[:limit])


@together.planned
def due_count(member_id: UUID, until: datetime) -> together.Count:
    """How many tasks of a member are late or due until a moment."""
    return together.Count(Task.objects.of_member(member_id).due_before(until))


def until_then(member: Member, until: datetime) -> TaskQuerySet:
    """The tasks of a member that are late or due until a moment."""
    return Task.objects.of_member(member.pk).due_before(until)
