"""Does the steps of sequences that send nothing, when their moment has come, and takes people on from there.

A batch is one transaction of the database, and what the steps do are its rows: a worker that dies has done nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from crm.tenancy.waiting import tenants_with
from outreach.choices import BY_HAND, Arm, EnrolmentState, StepKind, WaitingFor
from outreach.models import Enrolment, SequenceStep
from outreach.services import conditions, doing, enrolments, webhooks
from outreach.services.course import Course

BATCH = 200
Groups = dict[SequenceStep, list[Enrolment]]


def tenants_with_due() -> list[UUID]:
    """Active tenants in which the moment of a step has come."""
    due = (
        "w.waiting_for IN ('time', 'event') AND w.next_due_at <= now() AND w.state IN ('active', 'paused') "
        "AND (w.paused_until IS NULL OR w.paused_until <= now()) AND w.outside_since IS NULL"
    )
    return tenants_with("outreach_enrolment", due, oldest="next_due_at")


def _by_step(rows: Iterable[Enrolment]) -> Groups:
    groups: Groups = defaultdict(list)
    for enrolment in rows:
        if enrolment.current_step is not None:
            groups[enrolment.current_step].append(enrolment)
    return groups


def _course_key(step: SequenceStep) -> tuple[UUID, int]:
    return step.sequence_id, step.version


def _course(step: SequenceStep) -> Course:
    rows = SequenceStep.objects.filter(sequence=step.sequence_id, version=step.version)
    return Course(rows.select_related("template"))


def _go_on(step: SequenceStep, rows: Row[Enrolment], now: datetime, arm: str = "") -> None:
    if rows:
        sequence, course = rows[0].sequence, _course(step)
        enrolments.plan_after(
            enrolments=rows, sequence=sequence, course=course, after=step, arm=arm, since=now, now=now
        )


def _branch(step: SequenceStep, rows: Row[Enrolment], now: datetime) -> None:
    """Yes goes at once; the others wait for the answer as long as the branch says, then it is no."""
    yes, days = conditions.met(step, rows), int(step.settings.get("days") or 0)
    waits = [e for e in rows if e.pk not in yes and days and e.waiting_for == WaitingFor.TIME]
    for enrolment in waits:
        enrolment.waiting_for, enrolment.next_due_at = WaitingFor.EVENT, now + timedelta(days=days)
    Enrolment.objects.bulk_update(waits, ["waiting_for", "next_due_at", "state", "paused_until"])
    _go_on(step, [e for e in rows if e.pk in yes], now, Arm.YES)
    _go_on(step, [e for e in rows if e.pk not in yes and e not in waits], now, Arm.NO)


def _wait_for(step: SequenceStep, rows: Row[Enrolment], now: datetime) -> None:
    """Until something happens, at most as long as the step says."""
    met, days = conditions.met(step, rows), int(step.settings.get("days") or 0)
    waits = [e for e in rows if e.pk not in met and days and e.waiting_for == WaitingFor.TIME]
    for enrolment in waits:
        enrolment.waiting_for, enrolment.next_due_at = WaitingFor.EVENT, now + timedelta(days=days)
    Enrolment.objects.bulk_update(waits, ["waiting_for", "next_due_at", "state", "paused_until"])
    _go_on(step, [e for e in rows if e not in waits], now)


def _goal(step: SequenceStep, rows: Row[Enrolment], now: datetime) -> None:
    """Whoever has reached it is done; the others go on, and may reach it later."""
    there = conditions.met(step, rows)
    enrolments.reach_goal(rows=[e for e in rows if e.pk in there], now=now)
    _go_on(step, [e for e in rows if e.pk not in there], now)


def _give(step: SequenceStep, rows: Row[Enrolment], now: datetime) -> None:
    """A task for a colleague each; the sequence waits until it is done."""
    for enrolment in rows:
        enrolment.task, enrolment.waiting_for, enrolment.next_due_at = doing.task(step, enrolment, now), "task", None
    Enrolment.objects.bulk_update(rows, ["task", "waiting_for", "next_due_at", "state", "paused_until"])


def _do(step: SequenceStep, rows: Row[Enrolment], now: datetime) -> None:
    for enrolment in rows:  # a pause that held the step is over
        enrolment.state, enrolment.paused_until = EnrolmentState.ACTIVE, None
    if step.kind == StepKind.BRANCH:
        _branch(step, rows, now)
    elif step.kind == StepKind.WAIT_UNTIL:
        _wait_for(step, rows, now)
    elif step.kind == StepKind.GOAL:
        _goal(step, rows, now)
    elif step.kind in BY_HAND:
        _give(step, rows, now)
    else:
        if step.kind == StepKind.UPDATE:
            doing.update(step.settings, [e.candidate for e in rows], now, doing.behind(step))
        elif step.kind == StepKind.NOTIFY:
            doing.notify(step, rows)
        elif step.kind == StepKind.WEBHOOK:
            webhooks.queue(step=step, enrolments=rows, now=now)
        _go_on(step, rows, now)


@transaction.atomic
def run_due(*, now: datetime) -> int:
    """Do the steps whose moment has come, for at most BATCH people; returns for how many."""
    due = (
        Enrolment.objects.step_due(now).order_by("next_due_at", "pk").select_for_update(of=("self",), skip_locked=True)
    )
    rows = list(due[:BATCH])
    for step, group in _by_step(rows).items():
        _do(step, group, now)
    return len(rows)


@transaction.atomic
def look_again(*, candidates: Collection[UUID], now: datetime) -> int:
    """Something happened to these people: branches that wait for it are answered. Returns how many were."""
    waiting = Enrolment.objects.with_step().filter(candidate_id__in=candidates, waiting_for=WaitingFor.EVENT)
    rows = list(waiting.running(now).order_by("pk").select_for_update(of=("self",)))
    answered = 0
    for step, group in _by_step(rows).items():
        yes = conditions.met(step, group)
        found = [e for e in group if e.pk in yes]
        _go_on(step, found, now, Arm.YES if step.kind == StepKind.BRANCH else "")
        answered += len(found)
    return answered


@transaction.atomic
def look_at_goals(*, candidates: Collection[UUID], now: datetime) -> int:
    """These people did something, or entered a segment: who reached the goal of a sequence is done with it."""
    goals = SequenceStep.objects.filter(kind=StepKind.GOAL, sequence=OuterRef("sequence"))
    inside = Enrolment.objects.with_step().open().filter(Exists(goals), candidate_id__in=candidates)
    rows = list(inside.order_by("pk").select_for_update(of=("self",)))
    reached: dict[UUID, Enrolment] = {}
    for step in SequenceStep.objects.filter(kind=StepKind.GOAL, sequence__in={e.sequence_id for e in rows}):
        members = [e for e in rows if e.current_step and _course_key(e.current_step) == _course_key(step)]
        there = conditions.met(step, members)
        reached |= {e.pk: e for e in members if e.pk in there}
    enrolments.reach_goal(rows=list(reached.values()), now=now)
    return len(reached)


@transaction.atomic
def task_over(*, tasks: Collection[UUID], candidates: Collection[UUID], now: datetime) -> int:
    """Tasks were done, or deleted: the sequences that waited for them go on. Returns how many."""
    waiting = Enrolment.objects.with_step().open().filter(waiting_for=WaitingFor.TASK, candidate_id__in=candidates)
    rows = list(waiting.order_by("pk").select_for_update(of=("self",)))
    over = [e for e in rows if e.task_id is None or e.task_id in tasks]
    for step, group in _by_step(over).items():
        _go_on(step, group, now)
    return len(over)
