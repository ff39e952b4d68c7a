"""The steps of a sequence: what is wrong with them, and changing them while people are on their way."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from crm.actors import Actor
from crm.services import audit
from outreach.choices import ExclusionReason, StepKind
from outreach.models import Enrolment, MessageTemplate, OutboundMessage, Sequence, SequenceStep
from outreach.services import enrolments, planning, templates

MOST_STEPS = 30


class NotReady(ValueError):
    """The sequence cannot be started, or people cannot be put in; the message says why."""


@dataclass(frozen=True)
class StepProblem:
    """What is wrong in a sequence; `position` counts from 1, None: about the whole."""

    position: int | None
    message: str

    def __str__(self) -> str:
        return f"Step {self.position}: {self.message}" if self.position else self.message


def lock(sequence: Sequence) -> Sequence:
    return (
        Sequence.objects.select_for_update(of=("self",)).select_related("mailbox", "sender__user").get(pk=sequence.pk)
    )


def steps_of(sequence: Sequence) -> list[SequenceStep]:
    """The steps in order, their templates loaded."""
    return list(sequence.steps.select_related("template").order_by("position"))


def _problems_of_step(step: SequenceStep, number: int, has_earlier_mail: bool) -> list[StepProblem]:
    if step.kind == StepKind.WAIT:
        is_empty = not step.wait_days and not step.wait_hours
        return [StepProblem(number, "It waits for no time at all.")] if is_empty else []
    subject = step.subject_source
    if not subject.strip() and step.same_thread and has_earlier_mail:
        subject = "Re:"  # the thread's own subject is used
    found = templates.check(subject=subject, body=step.body_source)
    return [StepProblem(number, str(problem)) for problem in found]


def problems(sequence: Sequence, steps: Row[SequenceStep] | None = None) -> list[StepProblem]:
    """Everything that keeps the sequence from being started; empty: it can be."""
    steps = steps_of(sequence) if steps is None else steps
    mails = [step for step in steps if step.kind == StepKind.EMAIL]
    found = [] if mails else [StepProblem(None, "There is no mail in this sequence.")]
    seen_mail = False
    for number, step in enumerate(steps, 1):
        found += _problems_of_step(step, number, seen_mail)
        seen_mail = seen_mail or step.kind == StepKind.EMAIL
    for before, step in pairwise(steps):
        if before.kind == step.kind == StepKind.EMAIL:
            found.append(StepProblem(step.position + 1, "Two mails follow each other at once: put a wait between."))
    if steps and steps[-1].kind == StepKind.WAIT:
        found.append(StepProblem(len(steps), "Nothing follows this wait."))
    return found


@transaction.atomic
def add(*, sequence: Sequence, kind: str, by: Actor, template: MessageTemplate | None = None) -> SequenceStep:
    """Put a step at the end. People who are finished stay finished."""
    locked = lock(sequence)
    last = locked.steps.aggregate(last=Max("position"))["last"]
    if last is not None and last + 1 >= MOST_STEPS:
        raise NotReady(f"A sequence has at most {MOST_STEPS} steps.")
    step = SequenceStep.objects.create(
        sequence=locked,
        position=0 if last is None else last + 1,
        kind=kind,
        template=template,
        wait_days=3 if kind == StepKind.WAIT else 0,
        same_thread=kind == StepKind.EMAIL and last is not None,
    )
    audit.record(action="sequence.add_step", by=by, object_type="outreach.sequence", object_id=locked.pk)
    return step


@transaction.atomic
def change(*, step: SequenceStep, values: dict[str, Any], by: Actor) -> SequenceStep:
    """Change the words, template or wait of a step. Mails that were not yet reserved get the new words."""
    for name, value in values.items():
        setattr(step, name, value)
    step.save(update_fields=list(values))
    audit.record(
        action="sequence.change_step",
        by=by,
        object_type="outreach.sequencestep",
        object_id=step.pk,
        fields=values.keys(),
    )
    return step


@transaction.atomic
def move(*, step: SequenceStep, to: int, by: Actor) -> None:
    """Move a step to another position (from 0); those between make room."""
    lock(step.sequence)
    steps = steps_of(step.sequence)
    moved = next(s for s in steps if s.pk == step.pk)
    steps.remove(moved)
    steps.insert(max(0, min(to, len(steps))), moved)
    for position, row in enumerate(steps):
        row.position = position
    SequenceStep.objects.bulk_update(steps, ["position"])
    audit.record(action="sequence.move_step", by=by, object_type="outreach.sequence", object_id=step.sequence_id)


@transaction.atomic
def remove(*, step: SequenceStep, by: Actor, now: datetime) -> None:
    """Take a step out. People who were waiting for it go on with what follows it."""
    sequence = lock(step.sequence)
    waiting = list(
        Enrolment.objects.open()
        .filter(sequence=sequence, current_step=step)
        .select_related("candidate", "sequence")
        .select_for_update(of=("self",))
    )
    planned = OutboundMessage.objects.filter(step=step)
    words = "The step was removed from its sequence."
    planning.exclude_planned(planned, reason=ExclusionReason.STEP_GONE, words=words, now=now)
    rest = [s for s in steps_of(sequence) if s.pk != step.pk]
    if waiting:
        enrolments.plan_after(enrolments=waiting, sequence=sequence, steps=rest, after=step, since=now, now=now, by=by)
    step.delete()
    SequenceStep.objects.filter(sequence=sequence, position__gt=step.position).update(position=F("position") - 1)
    audit.record(action="sequence.remove_step", by=by, object_type="outreach.sequence", object_id=sequence.pk)
