"""People who are under way in a sequence go over to its version in force, at the boundary they stand at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence as Row
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from crm.actors import SYSTEM
from crm.tenancy.many import among
from outreach.choices import ExclusionReason, HoldReason, MessageState
from outreach.models import Enrolment, OutboundMessage, Sequence, SequenceStep
from outreach.models.ledger import OutboundMessageQuerySet
from outreach.services import enrolments, planning
from outreach.services.course import Course
from outreach.services.steps import steps_of

BEHIND_ALL = 30_000  # a position after every step
Moves = dict[SequenceStep, SequenceStep | None]  # an old step, and what comes instead of it


def _after_all(course: Course, step: SequenceStep, news: Mapping[UUID, SequenceStep]) -> SequenceStep | None:
    """What takes the place of a step in another version: itself, or the next one that is there."""
    seen: SequenceStep | None = step
    while seen is not None and seen.key not in news:
        seen = course.after(seen)
    return news[seen.key] if seen is not None else None


def moves(sequence: Sequence, version: int) -> Moves:
    """For each step of the other versions what takes its place in this one."""
    by_version: dict[int, list[SequenceStep]] = defaultdict(list)
    for step in sequence.steps.select_related("template"):
        by_version[step.version].append(step)
    news = {step.key: step for step in by_version.pop(version, [])}
    found: Moves = {}
    for rows in by_version.values():
        course = Course(rows)
        found |= {step: _after_all(course, step, news) for step in rows}
    return found


def _place_before(target: SequenceStep | None, sequence: Sequence, version: int) -> SequenceStep:
    """A step that is none, so that what follows it is the target (None: nothing)."""
    if target is None:
        return SequenceStep(sequence=sequence, version=version, position=BEHIND_ALL)
    return SequenceStep(
        sequence=sequence, version=version, parent=target.parent, arm=target.arm, position=target.position - 1
    )


def move(sequence: Sequence, people: Row[UUID], now: datetime) -> None:
    """These people, whichever version they are on; their next step keeps its time where it is in this one too."""
    inside = Enrolment.objects.open().filter(among("candidate", people), sequence=sequence)
    planned = OutboundMessage.objects.filter(
        among("candidate", people), enrolment__sequence=sequence, state=MessageState.PLANNED
    )
    met = {*inside.order_by().values_list("current_step"), *planned.order_by().values_list("step")}
    for old, new in moves(sequence, sequence.version).items():
        if (old.pk,) not in met:
            continue
        at = inside.filter(current_step=old)
        if new is not None and new.key == old.key:
            at.update(current_step=new)
            _rewrite(planned.filter(step=old), old, new, sequence)
        else:
            _go_on(at, planned.filter(step=old), new, sequence, now)


def _rewrite(planned: OutboundMessageQuerySet, old: SequenceStep, new: SequenceStep, sequence: Sequence) -> None:
    """The same step in other words. What nobody has read waits for a colleague where the new version asks for one."""
    messages = OutboundMessage.objects.filter(among("pk", planned.values_list("pk", flat=True)))
    messages.update(step=new, template=new.template)
    if old.sender_id != new.sender_id:
        messages.update(sender=new.sender_id, mailbox=planning.mailbox_of(new, sequence))
    if new.needs_review:
        messages.filter(approved_at=None).update(is_held=True, held_for=HoldReason.REVIEW)
    else:
        held_for = "" if sequence.is_active else HoldReason.SEQUENCE
        messages.filter(held_for=HoldReason.REVIEW).update(is_held=bool(held_for), held_for=held_for)


def _go_on(
    rows: QuerySet[Enrolment],
    planned: OutboundMessageQuerySet,
    new: SequenceStep | None,
    sequence: Sequence,
    now: datetime,
) -> None:
    """People whose next step is gone go on with what takes its place, or are finished."""
    with_people = rows.select_related("sequence", "candidate").order_by("pk")
    waiting = list(with_people.select_for_update(of=("self",)))
    if not waiting:
        return
    words = "The step is not in the new version of its sequence."
    planning.exclude_planned(planned, reason=ExclusionReason.STEP_GONE, words=words, now=now)
    enrolments.drop_tasks(waiting)
    enrolments.plan_after(
        enrolments=waiting,
        sequence=sequence,
        course=Course(steps_of(sequence)),
        after=_place_before(new, sequence, sequence.version),
        since=now,
        now=now,
        by=SYSTEM,
    )
