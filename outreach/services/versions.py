"""Publishing a new version of a sequence's steps, and what becomes of the people who are under way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from crm import placeholders
from crm.actors import Actor
from crm.services import audit
from outreach.choices import Follows, StepKind
from outreach.models import Enrolment, Sequence, SequenceStep, SequenceVersion
from outreach.services import following, moving
from outreach.services.course import Course
from outreach.services.drafts import COPIED
from outreach.services.outline import Card, flat, outline
from outreach.services.steps import NotReady, lock, problems, steps_of

NOTHING_NEW = "Nothing is different from version {number}: change something first, or throw the draft away."
STILL_MOVING = "People are still being moved to version {number}. Publish this draft when the last of them are there."


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
    for old, new in moving.moves(sequence, version).items():
        people = counted.get(old.pk, 0)
        sums["finish" if new is None else "stay" if new.key == old.key else "go_on"] += people
        versions[old.version] += people
    at = {number: people for number, people in sorted(versions.items()) if people}
    return UnderWay(**sums, by_version=at)


def _plain(card: Card) -> str:
    """Its title as a person reads it: merge tags by their names."""
    return placeholders.named(card.title) or "without a subject"


def _said(card: Card) -> str:
    return f"{card.step.get_kind_display()} “{_plain(card)}”"


def _changed(old: Card, new: Card) -> list[str]:
    """What is different in one step that both versions have."""
    before, after, number = old.step, new.step, new.number
    found = []
    if (old.title, old.detail) != (new.title, new.detail) and after.kind != StepKind.TEXT:  # its title is its text
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
    if not found and _columns(before) != _columns(after):
        found.append(f"Step {number}: what is set for {_said(new)} has changed.")
    return found


def _columns(step: SequenceStep) -> list[Any]:
    """All that is set for a step, but its place."""
    return [getattr(step, name) for name in COPIED if name not in ("sequence_id", "arm", "position")]


def differences(before: list[SequenceStep], after: list[SequenceStep]) -> list[str]:
    """What is different between two versions, in sentences; [] for nothing."""
    old = {card.step.key: card for card in flat(outline(Course(before)))}
    new = {card.step.key: card for card in flat(outline(Course(after)))}
    found = [f"Step {card.number} is new: {_said(card)}." for key, card in new.items() if key not in old]
    found += [f"Step {card.number} is gone: {_said(card)}." for key, card in old.items() if key not in new]
    for key, card in new.items():
        found += _changed(old[key], card) if key in old else []
    kept_before, kept_after = [k for k in old if k in new], [k for k in new if k in old]
    was, now = _arms(before), _arms(after)
    is_moved = kept_before != kept_after or any(was[key] != now[key] for key in kept_after)
    return found + (["The steps stand in another order."] if is_moved else [])


def _arms(rows: list[SequenceStep]) -> dict[UUID, tuple[str, UUID | None]]:
    """{step: the arm it stands in, and of which branch}."""
    keys = {row.pk: row.key for row in rows}
    return {row.key: (row.arm, keys[row.parent_id] if row.parent_id else None) for row in rows}


def changes(sequence: Sequence) -> list[str]:
    """What the draft of a sequence changes; [] without a draft."""
    if sequence.draft is None:
        return []
    return differences(steps_of(sequence), steps_of(sequence, sequence.draft))


def against(sequence: Sequence, rows: list[SequenceStep]) -> list[str]:
    """What keeps these steps from being published, or activated where they are no draft, in sentences."""
    found = [str(problem) for problem in problems(sequence, rows)]
    if sequence.draft and not differences(steps_of(sequence), rows):
        found.append(NOTHING_NEW.format(number=sequence.version))
    if sequence.draft and Follows.VERSION in sequence.following:
        found.append(STILL_MOVING.format(number=sequence.version))
    return found


def told(made: SequenceVersion) -> str:
    """What has become of the people under way, for whoever has just published it."""
    people = f"{made.moved:,} {'person' if made.moved == 1 else 'people'}"
    if Follows.VERSION in made.sequence.following:
        return f"Version {made.number} is in force. {people} are being moved to it, which goes on in the background."
    moved = f" {people} {'was' if made.moved == 1 else 'were'} moved to it." if made.moved else ""
    return f"Version {made.number} is in force.{moved}"


@transaction.atomic
def publish(*, sequence: Sequence, move: bool, by: Actor, now: datetime, note: str = "") -> SequenceVersion:
    """Put the draft in force for whoever comes from now on; with `move` for the people under way too.

    Of many, most are moved in the background. The others stay on their version to its end. Raises NotReady without a
    draft, for one with a problem, or while people are still being moved to the version before.
    """
    locked = lock(sequence)
    if locked.draft is None:
        raise NotReady("There is no draft to publish.")
    rows = steps_of(locked, locked.draft)
    if found := against(locked, rows):
        raise NotReady(found[0])
    said = differences(steps_of(locked), rows)
    locked.version, locked.draft = locked.draft, None
    locked.save(update_fields=["version", "draft", "updated_at"])
    moved = under_way(locked, locked.version).people if move else 0
    if moved:
        following.begin(locked, now, Follows.VERSION)
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
