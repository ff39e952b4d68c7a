"""The steps of a sequence: what is wrong with them, and changing them while people are on their way."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import F

from crm.actors import Actor
from crm.services import audit
from outreach.choices import TOUCHES, Arm, ExclusionReason, StepKind
from outreach.models import Enrolment, MessageTemplate, OutboundMessage, Sequence, SequenceStep
from outreach.services import conditions, doing, drafts, enrolments, planning, rhythm, sms_text, templates
from outreach.services.conditions import When
from outreach.services.course import Course, place_of
from outreach.services.planner import is_wait

MOST_STEPS = 30
DEEPEST = 3  # branches in branches
MORNING = 9  # the hour of a wait for which nobody said one
NO_TOUCH = "Nothing in this sequence reaches the person: add a mail, a call or a message."
TWO_TEXTS = "A template brings its own subject and words: empty those of the step, or choose no template."


Standing = tuple[SequenceStep | None, str]  # a branch and one of its arms; (None, ""): the main line


class NotReady(ValueError):
    """The sequence cannot be started, or people cannot be put in; the message says why."""


@dataclass(frozen=True)
class StepProblem:
    """What is wrong in a sequence; `number` is the step's, as `course` counts, None: about the whole."""

    number: str | None
    message: str

    def __str__(self) -> str:
        return f"Step {self.number}: {self.message}" if self.number else self.message


def lock(sequence: Sequence) -> Sequence:
    return (
        Sequence.objects.select_for_update(of=("self",)).select_related("mailbox", "sender__user").get(pk=sequence.pk)
    )


def steps_of(sequence: Sequence, version: int | None = None) -> list[SequenceStep]:
    """The steps of a version (None: the one that people get who come now) in order, those of a branch's arms behind it.

    Their templates are loaded.
    """
    rows = sequence.steps.filter(version=version or sequence.version)
    return Course(rows.select_related("template")).steps()


def subject_in_use(subject: str, *, is_answer: bool) -> str:
    """The subject as it is checked: an answer in the thread of an earlier mail that has none takes the thread's."""
    return "Re:" if is_answer and not subject.strip() else subject


def is_answer(step: SequenceStep) -> bool:
    """Whether it goes into the thread of a mail before it. `.sequence` is loaded."""
    if not step.same_thread:
        return False
    before = takewhile(lambda one: one.pk != step.pk, steps_of(step.sequence, step.version))
    return any(one.kind == StepKind.EMAIL for one in before)


def _problems_of_mail(step: SequenceStep, has_earlier_mail: bool) -> list[str]:
    subject = subject_in_use(step.subject_source, is_answer=step.same_thread and has_earlier_mail)
    return [str(problem) for problem in templates.check(subject=subject, body=step.body_source)]


def _problems_of_step(step: SequenceStep, course: Course, has_earlier_mail: bool) -> list[str]:
    match step.kind:
        case StepKind.EMAIL:
            return _problems_of_mail(step, has_earlier_mail)
        case StepKind.WAIT if not step.wait_days and not step.wait_hours:
            return ["It waits for no time at all."]
        case StepKind.TEXT if len(step.body_source) > sms_text.MOST_CHARACTERS:
            return [f"A text message has at most {sms_text.MOST_CHARACTERS} characters."]
        case StepKind.LINKEDIN | StepKind.TEXT:
            return [str(problem) for problem in templates.check(subject="-", body=step.body_source)]
        case StepKind.BRANCH if not step.settings.get("when"):
            return ["It does not say what it asks."]
        case StepKind.BRANCH if not any(course.at((step.pk, arm.value)) for arm in Arm):
            return ["Nothing is different in its two arms: put a step into one of them."]
        case StepKind.UPDATE if wrong := doing.wrong_with(step.settings):
            return [wrong]
        case StepKind.GOAL if conditions.asked(step) == When.SEGMENT and not step.settings.get("segment"):
            return ["It does not say what the goal is."]
        case StepKind.WEBHOOK if not step.settings.get("url"):
            return ["It does not say where to."]
        case StepKind.END if course.after(step) is not None and step.parent_id is None:
            return ["What stands behind the end is never reached."]
    return []


def _problems_of_order(course: Course) -> list[StepProblem]:
    """Two messages at once on some way through the branches, waits for nothing."""
    numbers = {one.step.pk: one.number for one in course.in_order()}
    found = [
        StepProblem(numbers[step.pk], rhythm.words(before, numbers[before.pk], step))
        for before, step in rhythm.at_once(course)
    ]
    for row in course.lists.values():
        if is_wait(row[-1]) and course.after(row[-1]) is None:
            found.append(StepProblem(numbers[row[-1].pk], "Nothing follows this wait."))
    return found


def problems(sequence: Sequence, steps: Row[SequenceStep] | None = None) -> list[StepProblem]:
    """Everything that keeps the sequence from being started; empty: it can be."""
    course = Course(steps_of(sequence, sequence.shown_version) if steps is None else steps)
    numbered = list(course.in_order())
    found = [] if any(one.step.kind in TOUCHES for one in numbered) else [StepProblem(None, NO_TOUCH)]
    seen_mail = False
    for one in numbered:
        found += [StepProblem(one.number, words) for words in _problems_of_step(one.step, course, seen_mail)]
        seen_mail = seen_mail or one.step.kind == StepKind.EMAIL
    places = {one.number: place for place, one in enumerate(numbered)}
    return sorted(found + _problems_of_order(course), key=lambda one: places.get(one.number or "", -1))


def _depth(course: Course, parent: SequenceStep | None) -> int:
    """In how many branches that stands which stands in `parent`."""
    return 0 if parent is None else 1 + _depth(course, course.by_id.get(parent.parent_id) if parent.parent_id else None)


def _refuse_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise NotReady(f"Branches stand in branches at most {DEEPEST} deep.")


def _refuse_place(course: Course, parent: SequenceStep | None) -> None:
    if len(course.by_id) >= MOST_STEPS:
        raise NotReady(f"A sequence has at most {MOST_STEPS} steps.")
    _refuse_depth(_depth(course, parent))


@transaction.atomic
def add(
    *,
    sequence: Sequence,
    kind: str,
    by: Actor,
    template: MessageTemplate | None = None,
    parent: SequenceStep | None = None,
    arm: str = "",
) -> SequenceStep:
    """Put a step at the end, of the arm of a branch when `parent` is given. People who are finished stay finished."""
    locked = lock(sequence)
    version = drafts.editable(locked)
    parent = drafts.counterpart(parent, version) if parent else None
    course = Course(steps_of(locked, version))
    _refuse_place(course, parent)
    row = course.at((parent.pk if parent else None, arm))
    step = SequenceStep.objects.create(
        sequence=locked,
        version=version,
        parent=parent,
        arm=arm,
        position=row[-1].position + 1 if row else 0,
        kind=kind,
        settings={"hour": MORNING} if kind == StepKind.WAIT_UNTIL else {},
        template=template,
        wait_days=3 if kind == StepKind.WAIT else 0,
        same_thread=kind == StepKind.EMAIL and any(s.kind == StepKind.EMAIL for s in course.by_id.values()),
    )
    audit.record(action="sequence.add_step", by=by, object_type="outreach.sequence", object_id=locked.pk)
    return step


def has_own_words(subject: str, body: str) -> bool:
    return bool(subject.strip() or body.strip())


@transaction.atomic
def change(*, step: SequenceStep, values: dict[str, Any], by: Actor) -> SequenceStep:
    """Change the words, template, wait or settings of a step: of a sequence that was started, in its draft.

    Where it never was, mails that were not yet reserved get the new words. Raises NotReady for a template and words.
    """
    step = drafts.counterpart(step, drafts.editable(lock(step.sequence)))
    for name, value in values.items():
        setattr(step, name, value)
    if step.template_id is not None and has_own_words(step.subject, step.body):
        raise NotReady(TWO_TEXTS)
    step.save(update_fields=list(values))
    audit.record(
        action="sequence.change_step",
        by=by,
        object_type="outreach.sequencestep",
        object_id=step.pk,
        fields=values.keys(),
    )
    return step


def _put(row: Row[SequenceStep], parent: SequenceStep | None, arm: str) -> list[SequenceStep]:
    for position, step in enumerate(row):
        step.position, step.parent, step.arm = position, parent, arm
    return list(row)


@transaction.atomic
def move(*, step: SequenceStep, to: int, by: Actor, into: Standing | None = None) -> SequenceStep:
    """Move a step, with what stands in its arms, to a position (from 0) where it stands or `into` another line.

    Those it comes among make room. Answers the step as it stands now, of a started sequence that of its draft. Raises
    NotReady when a branch would stand in itself or too deep.
    """
    version = drafts.editable(lock(step.sequence))
    course = Course(steps_of(step.sequence, version))
    moved = course.by_id[drafts.counterpart(step, version).pk]
    parent, arm = (moved.parent, moved.arm) if into is None else into
    parent = course.by_id[drafts.counterpart(parent, version).pk] if parent else None
    inner = _within(course, moved)
    if parent in inner:
        raise NotReady("A branch cannot stand in its own arm.")
    _refuse_depth(_depth(course, parent) + max(_depth(course, one) for one in inner) - _depth(course, moved))
    left = [one for one in course.at(place_of(moved)) if one != moved]
    target = [one for one in course.at((parent.pk if parent else None, arm)) if one != moved]
    target.insert(max(0, min(to, len(target))), moved)
    rest = _put(left, moved.parent, moved.arm)
    SequenceStep.objects.bulk_update({*rest, *_put(target, parent, arm)}, ["position", "parent", "arm"])
    audit.record(action="sequence.move_step", by=by, object_type="outreach.sequence", object_id=step.sequence_id)
    return moved


def _within(course: Course, step: SequenceStep) -> list[SequenceStep]:
    """The step, and all that stands in its arms."""
    inner = [one for arm in Arm for one in course.at((step.pk, arm.value))]
    return [step, *(deeper for one in inner for deeper in _within(course, one))]


@transaction.atomic
def remove(*, step: SequenceStep, by: Actor, now: datetime) -> None:
    """Take a step out, with what stands in its arms. People who were waiting there go on with what follows it."""
    sequence = lock(step.sequence)
    version = drafts.editable(sequence)
    step = drafts.counterpart(step, version)
    course = Course(steps_of(sequence, version))
    gone = _within(course, step)
    waiting = list(
        Enrolment.objects.open()
        .filter(sequence=sequence, current_step__in=gone)
        .select_related("candidate", "sequence")
        .select_for_update(of=("self",))
    )
    planned = OutboundMessage.objects.filter(step__in=gone)
    words = "The step was removed from its sequence."
    planning.exclude_planned(planned, reason=ExclusionReason.STEP_GONE, words=words, now=now)
    rest = Course(s for s in course.by_id.values() if s not in gone)
    if waiting:
        enrolments.drop_tasks(waiting)
        enrolments.plan_after(enrolments=waiting, sequence=sequence, course=rest, after=step, since=now, now=now, by=by)
    step.delete()
    place = {"sequence": sequence, "version": version, "parent": step.parent, "arm": step.arm}
    SequenceStep.objects.filter(**place, position__gt=step.position).update(position=F("position") - 1)
    audit.record(action="sequence.remove_step", by=by, object_type="outreach.sequence", object_id=sequence.pk)
