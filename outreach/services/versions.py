"""Publishing a new version of a sequence's steps, and what becomes of the people who are under way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from crm.actors import Actor
from crm.services import audit
from outreach.choices import ExclusionReason, HoldReason, MessageState
from outreach.models import Enrolment, OutboundMessage, Sequence, SequenceStep, SequenceVersion
from outreach.services import enrolments, planning
from outreach.services.course import Course
from outreach.services.outline import Card, outline
from outreach.services.steps import NotReady, lock, problems, steps_of

BEHIND_ALL = 30_000  # a position after every step


@dataclass(frozen=True)
class UnderWay:
    """How many people are in a sequence now, and what a new version means for them."""

    stay: int = 0  # their next step is in it too: it keeps its time
    go_on: int = 0  # their next step is gone: they get the one after it
    finish: int = 0  # nothing follows for them
    by_version: Mapping[int, int] = field(default_factory=dict)  # where they are now

    @property
    def people(self) -> int:
        return self.stay + self.go_on + self.finish


TAG = re.compile(r"\{\{\s*(\w+)[^}]*\}\}")
Moves = dict[SequenceStep, SequenceStep | None]  # an old step, and what comes instead of it


def _after_all(course: Course, step: SequenceStep, news: Mapping[UUID, SequenceStep]) -> SequenceStep | None:
    """What takes the place of a step in another version: itself, or the next one that is there."""
    seen: SequenceStep | None = step
    while seen is not None and seen.key not in news:
        seen = course.after(seen)
    return news[seen.key] if seen is not None else None


def _moves(sequence: Sequence, version: int) -> Moves:
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


def under_way(sequence: Sequence, version: int) -> UnderWay:
    """Whom this version would meet if everybody moved to it."""
    counted = dict(
        Enrolment.objects.open()
        .filter(sequence=sequence, current_step__isnull=False)
        .order_by()
        .values_list("current_step")
        .annotate(people=Count("pk"))
    )
    sums = {"stay": 0, "go_on": 0, "finish": 0}
    versions: dict[int, int] = defaultdict(int)
    for old, new in _moves(sequence, version).items():
        people = counted.get(old.pk, 0)
        sums["finish" if new is None else "stay" if new.key == old.key else "go_on"] += people
        versions[old.version] += people
    at = {number: people for number, people in sorted(versions.items()) if people}
    return UnderWay(**sums, by_version=at)


def _flat(cards: list[Card]) -> list[Card]:
    return [one for card in cards for one in (card, *(inner for arm in card.arms for inner in _flat(arm.cards)))]


def _plain(card: Card) -> str:
    """Its title as a person reads it: merge tags by their names."""
    return TAG.sub(lambda tag: f"[{tag[1].replace('_', ' ')}]", card.title) or "without a subject"


def _said(card: Card) -> str:
    return f"{card.step.get_kind_display()} “{_plain(card)}”"


def _changed(old: Card, new: Card) -> list[str]:
    """What is different in one step that both versions have."""
    before, after, number = old.step, new.step, new.number
    found = []
    if (old.title, old.detail) != (new.title, new.detail):
        was, now = (", ".join(filter(None, [_plain(card), card.detail])) for card in (old, new))
        found.append(f"Step {number}: “{was}” is now “{now}”.")
    if before.body_source != after.body_source or before.template_id != after.template_id:
        found.append(f"Step {number}: the text of {_said(new)} has changed.")
    if before.same_thread != after.same_thread:
        thread = "the same thread" if after.same_thread else "a thread of its own"
        found.append(f"Step {number}: {_said(new)} goes in {thread} now.")
    if before.needs_review != after.needs_review:
        reads = "reads each mail" if after.needs_review else "no longer reads each mail"
        found.append(f"Step {number}: a colleague {reads} of it before it goes.")
    return found


def differences(before: list[SequenceStep], after: list[SequenceStep]) -> list[str]:
    """What is different between two versions, in sentences; [] for nothing."""
    old = {card.step.key: card for card in _flat(outline(Course(before)))}
    new = {card.step.key: card for card in _flat(outline(Course(after)))}
    found = [f"Step {card.number} is new: {_said(card)}." for key, card in new.items() if key not in old]
    found += [f"Step {card.number} is gone: {_said(card)}." for key, card in old.items() if key not in new]
    for key, card in new.items():
        found += _changed(old[key], card) if key in old else []
    kept_before, kept_after = [k for k in old if k in new], [k for k in new if k in old]
    return found + (["The steps stand in another order."] if kept_before != kept_after else [])


def changes(sequence: Sequence) -> list[str]:
    """What the draft of a sequence changes; [] without a draft."""
    if sequence.draft is None:
        return []
    return differences(steps_of(sequence), steps_of(sequence, sequence.draft))


def _place_before(target: SequenceStep | None, sequence: Sequence, version: int) -> SequenceStep:
    """A step that is none, so that what follows it is the target (None: nothing)."""
    if target is None:
        return SequenceStep(sequence=sequence, version=version, position=BEHIND_ALL)
    return SequenceStep(
        sequence=sequence, version=version, parent=target.parent, arm=target.arm, position=target.position - 1
    )


def _move_on(sequence: Sequence, old: SequenceStep, new: SequenceStep | None, now: datetime, by: Actor) -> None:
    """People whose next step is gone go on with what takes its place, or are finished."""
    rows = Enrolment.objects.open().filter(sequence=sequence, current_step=old).select_related("sequence", "candidate")
    waiting = list(rows.order_by("pk").select_for_update(of=("self",)))
    if not waiting:
        return
    words = "The step is not in the new version of its sequence."
    planned = OutboundMessage.objects.filter(step=old)
    planning.exclude_planned(planned, reason=ExclusionReason.STEP_GONE, words=words, now=now)
    enrolments.drop_tasks(waiting)
    enrolments.plan_after(
        enrolments=waiting,
        sequence=sequence,
        course=Course(steps_of(sequence)),
        after=_place_before(new, sequence, sequence.version),
        since=now,
        now=now,
        by=by,
    )


def _review(planned: QuerySet[OutboundMessage], step: SequenceStep, sequence: Sequence) -> None:
    """What nobody has read waits for somebody who does, where the new version asks for it, and only there."""
    if step.needs_review:
        planned.filter(approved_at=None).update(is_held=True, held_for=HoldReason.REVIEW)
        return
    held_for = "" if sequence.is_active else HoldReason.SEQUENCE
    planned.filter(held_for=HoldReason.REVIEW).update(is_held=bool(held_for), held_for=held_for)


def _move(sequence: Sequence, now: datetime, by: Actor) -> int:
    """Everybody under way, at the boundary they stand at; their next step keeps its time. Returns how many."""
    moved = 0
    for old, new in _moves(sequence, sequence.version).items():
        inside = Enrolment.objects.open().filter(sequence=sequence, current_step=old)
        if new is not None and new.key == old.key:
            moved += inside.update(current_step=new)
            planned = OutboundMessage.objects.filter(step=old, state=MessageState.PLANNED)
            planned.update(step=new, template=new.template)
            if old.sender_id != new.sender_id:
                written_by = OutboundMessage.objects.filter(step=new, state=MessageState.PLANNED)
                written_by.update(sender=new.sender_id, mailbox=planning.mailbox_of(new, sequence))
            _review(OutboundMessage.objects.filter(step=new, state=MessageState.PLANNED), new, sequence)
        else:
            moved += inside.count()
            _move_on(sequence, old, new, now, by)
    return moved


@transaction.atomic
def publish(*, sequence: Sequence, move: bool, by: Actor, now: datetime, note: str = "") -> SequenceVersion:
    """Put the draft in force for whoever comes from now on; with `move` for the people under way too.

    The others stay on their version to its end. Raises NotReady without a draft, or for one with a problem.
    """
    locked = lock(sequence)
    if locked.draft is None:
        raise NotReady("There is no draft to publish.")
    rows = steps_of(locked, locked.draft)
    if found := problems(locked, rows):
        raise NotReady(str(found[0]))
    said = differences(steps_of(locked), rows)
    locked.version, locked.draft = locked.draft, None
    locked.save(update_fields=["version", "draft", "updated_at"])
    moved = _move(locked, now, by) if move else 0
    made = _record(locked, by, now, note=note, changes=said, moved=moved)
    facts = {"version": made.number, "moved": moved}
    audit.record(action="sequence.publish", by=by, object_type="outreach.sequence", object_id=locked.pk, facts=facts)
    return made


def _record(
    sequence: Sequence, by: Actor, now: datetime, *, note: str = "", changes: list[str] | None = None, moved: int = 0
) -> SequenceVersion:
    made, _ = SequenceVersion.objects.get_or_create(
        sequence=sequence,
        number=sequence.version,
        defaults={
            "published_at": now,
            "published_by": by.label[:120],
            "note": note[:300],
            "changes": changes or [],
            "moved": moved,
        },
    )
    return made


def first(sequence: Sequence, by: Actor, now: datetime) -> None:
    """It is started: the version it begins with is in its history."""
    _record(sequence, by, now)


@transaction.atomic
def discard(*, sequence: Sequence, by: Actor) -> None:
    """Throw the draft away; what is in force stays so."""
    locked = lock(sequence)
    if locked.draft is None:
        return
    SequenceStep.objects.filter(sequence=locked, version=locked.draft).delete()
    locked.draft = None
    locked.save(update_fields=["draft"])
    audit.record(action="sequence.discard_draft", by=by, object_type="outreach.sequence", object_id=locked.pk)


@dataclass(frozen=True)
class Line:
    """One line of the history, and how many people are on that version now."""

    version: SequenceVersion
    people: int
    is_current: bool


def history(sequence: Sequence) -> list[Line]:
    """The versions that were in force, the newest first."""
    at = under_way(sequence, 0).by_version
    rows = SequenceVersion.objects.filter(sequence=sequence)
    return [Line(row, at.get(row.number, 0), row.number == sequence.version) for row in rows]
