"""The draft of a sequence that was started: a copy of its steps that is written while people are on their way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max

from outreach.models import Sequence, SequenceStep

NOT_COPIED = {"id", "created_at", "version", "origin", "parent"}
COPIED = [f.attname for f in SequenceStep._meta.concrete_fields if f.name not in NOT_COPIED]


def editable(sequence: Sequence) -> int:
    """The version that changes go to. The first change of a sequence that was started makes the draft; it is locked."""
    if sequence.activated_at is None:
        return sequence.version
    if sequence.draft is None:
        sequence.draft = (sequence.steps.aggregate(last=Max("version"))["last"] or sequence.version) + 1
        sequence.save(update_fields=["draft"])
        rows = list(SequenceStep.objects.filter(sequence=sequence, version=sequence.version))
        _copy(rows, {"version": sequence.draft}, is_same=True)
    return sequence.draft


def copy_to(sequence: Sequence, other: Sequence) -> dict[UUID, UUID]:
    """The steps that the editor of one shows become the first version of another; {key of a step: key of its copy}."""
    rows = list(SequenceStep.objects.filter(sequence=sequence, version=sequence.shown_version))
    copies = _copy(rows, {"version": 1, "sequence_id": other.pk}, is_same=False)
    return {row.key: copies[row.pk].key for row in rows}


def _copy(rows: list[SequenceStep], fresh: Mapping[str, Any], *, is_same: bool) -> dict[UUID, SequenceStep]:
    """{step: its copy}, branches before what stands in their arms; `is_same`: they are the same steps, written anew."""
    copies = {}
    for row in rows:
        values = {**{name: getattr(row, name) for name in COPIED}, **fresh}
        copies[row.pk] = SequenceStep(origin=row.key if is_same else None, **values)
    for row in rows:
        copies[row.pk].parent = copies[row.parent_id] if row.parent_id else None
    SequenceStep.objects.bulk_create(copies.values())
    return copies


def counterpart(step: SequenceStep, version: int) -> SequenceStep:
    """The same step in another version; the step itself where it has none there."""
    if step.version == version:
        return step
    rows = SequenceStep.objects.filter(sequence=step.sequence_id, version=version).select_related("template")
    found = next((row for row in rows if row.key == step.key), step)
    found.sequence = step.sequence
    return found
