"""One batch of an operation on many people: done, or taken back. The caller holds the operation's row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from crm.services import audit
from talent.models import BulkItem, BulkOperation
from talent.services import bulk_acts
from talent.services.bulk_acts import Act, ActRefused, Batch, Result

State = BulkOperation.State
CHANGED_SINCE = "Changed since by somebody else"


def _act(operation: BulkOperation) -> Act:
    if operation.act not in bulk_acts.acts:
        raise ActRefused("This kind of act is no longer there.")
    return bulk_acts.acts[operation.act]


def _next(operation: BulkOperation, size: int, state: str) -> dict[UUID, Any]:
    """{person: what is kept for the undo} of the people after the operation's position, by key."""
    rows = BulkItem.objects.filter(operation=operation, state=state).order_by("candidate_id")
    if operation.position:
        rows = rows.filter(candidate_id__gt=operation.position)
    return dict(rows.values_list("candidate_id", "before")[:size])


def _batch(operation: BulkOperation, people: Mapping[UUID, Any], now: datetime) -> Batch:
    return Batch(list(people), operation.parameters, operation.actor, now, before=people)


def do_batch(operation: BulkOperation, now: datetime) -> None:
    """Do it to the next people; after the last ones the operation is done."""
    act = _act(operation)
    people = _next(operation, act.size, BulkItem.State.WAITING)
    if people:
        result = act.apply(_batch(operation, people, now))
        _note(operation, people, result)
        operation.position = max(people)
        operation.worked += len(people)
        operation.changed += len(result.changed)
        operation.skipped += len(result.left_out)
        operation.already += len(people) - len(result.changed) - len(result.left_out)
    if len(people) < act.size:
        _finish(operation, State.DONE, now)
    operation.save()


def undo_batch(operation: BulkOperation, now: datetime) -> None:
    """Take it back for the next people; who was changed since keeps what they have."""
    act = _act(operation)
    people = _next(operation, act.size, BulkItem.State.CHANGED)
    if people and act.undo is not None:
        back = set(act.undo(_batch(operation, people, now)))
        kept = {person: CHANGED_SINCE for person in people if person not in back}
        _write(operation, dict.fromkeys(back, ("undone", "", None)))
        _write(operation, {person: ("kept", reason, None) for person, reason in kept.items()})
        operation.position = max(people)
        operation.worked += len(people)
        operation.undone += len(back)
        operation.kept += len(kept)
    if len(people) < act.size:
        _finish(operation, State.UNDONE, now)
    operation.save()


def _finish(operation: BulkOperation, state: str, now: datetime) -> None:
    operation.state, operation.finished_at = state, now
    counts = {name: getattr(operation, name) for name in ("changed", "already", "skipped", "undone", "kept")}
    audit.record(
        action=f"bulk.{state}",
        by=operation.actor,
        object_type="talent.bulkoperation",
        object_id=operation.pk,
        facts={"act": operation.act, **counts},
    )


def _note(operation: BulkOperation, people: Mapping[UUID, Any], result: Result) -> None:
    """What became of each person of the batch."""
    noted: dict[UUID, tuple[str, str, Any]] = {}
    for person in people:
        if person in result.changed:
            noted[person] = ("changed", "", result.changed[person])
        elif person in result.left_out:
            noted[person] = ("skipped", result.left_out[person], None)
        else:
            noted[person] = ("already", "", None)
    _write(operation, noted)


_WRITE = """
UPDATE talent_bulkitem i SET state = each.state, reason = each.reason, before = coalesce(each.before, i.before)
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[]) AS each (person, state, reason, before)
WHERE i.tenant_id = %s AND i.operation_id = %s AND i.candidate_id = each.person
"""


def _write(operation: BulkOperation, noted: Mapping[UUID, tuple[str, str, Any]]) -> None:
    if not noted:
        return
    states, reasons, befores = zip(*noted.values(), strict=True)
    kept = [None if before is None else json.dumps(before) for before in befores]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [list(noted), list(states), list(reasons), kept, operation.tenant_id, operation.pk],
        )
