"""What an act on many people forgets when it can no longer be undone."""

from datetime import timedelta
from uuid import UUID

from talent.models import BulkItem, BulkOperation
from talent.services import bulk_prune
from tests.factories.talent import NOW


def operation(state: str, **times: object) -> BulkOperation:
    said = {"act": "tag", "title": "Tag", "actor_kind": "system", "actor_label": "x", "started_at": NOW}
    row = BulkOperation.objects.create(state=state, **said, **times)
    BulkItem.objects.create(operation=row, candidate_id=row.pk, state=BulkItem.State.CHANGED)
    return row


def test_items_go_when_the_undo_is_over(inside: UUID) -> None:
    day, state = timedelta(days=1), BulkOperation.State
    operation(state.DONE, undo_until=NOW - day)
    operation(state.DONE, finished_at=NOW - 31 * day)
    kept = [
        operation(state.DONE, undo_until=NOW + day),
        operation(state.DONE, finished_at=NOW - day),
        operation(state.UNDOING, undo_until=NOW - day),
    ]

    gone = bulk_prune.prune(now=NOW)

    assert (gone, set(BulkItem.objects.values_list("operation", flat=True))) == (2, {row.pk for row in kept})
