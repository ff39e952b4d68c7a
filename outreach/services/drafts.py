"""The draft of a sequence that was started: a copy of its steps that is written while people are on their way."""

from __future__ import annotations

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
        _copy(sequence, sequence.draft)
    return sequence.draft


def _copy(sequence: Sequence, version: int) -> None:
    """The steps of today, branches before what stands in their arms."""
    rows = list(SequenceStep.objects.filter(sequence=sequence, version=sequence.version))
    copies = {
        row.pk: SequenceStep(version=version, origin=row.key, **{name: getattr(row, name) for name in COPIED})
        for row in rows
    }
    for row in rows:
        copies[row.pk].parent = copies[row.parent_id] if row.parent_id else None
    SequenceStep.objects.bulk_create(copies.values())


def counterpart(step: SequenceStep, version: int) -> SequenceStep:
    """The same step in another version; the step itself where it has none there."""
    if step.version == version:
        return step
    rows = SequenceStep.objects.filter(sequence=step.sequence_id, version=version).select_related("template")
    found = next((row for row in rows if row.key == step.key), step)
    found.sequence = step.sequence
    return found
