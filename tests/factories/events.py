"""Events, and a reader that leaves one countable effect for each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from crm import events
from crm.actors import SYSTEM
from crm.models import AuditEntry, Event
from crm.registry import Reader
from crm.services import readers

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def an_event(kind: str = "note_added") -> Event:
    return events.publish(kind, candidate=None, occurred_at=NOON, actor=SYSTEM)


def some_events(count: int, kind: str = "note_added") -> list[Event]:
    batch = [events.build(kind, candidate=None, occurred_at=NOON, actor=SYSTEM) for _ in range(count)]
    events.publish_many(batch)
    return batch


def leave_effects(name: str, batch: Sequence[Event]) -> None:
    AuditEntry.objects.bulk_create(
        [AuditEntry(action=name, actor_kind="system", actor_label="", object_id=event.pk) for event in batch]
    )


def effects_of(name: str) -> Counter[UUID | None]:
    return Counter(AuditEntry.objects.filter(action=name).values_list("object_id", flat=True))


def a_reader(name: str = "effects", **fields: frozenset[str]) -> Reader:
    """A reader whose effect is one audit entry per event, named after it."""
    return Reader(name, lambda batch: leave_effects(name, batch), **fields)


def let_settle() -> None:
    """Wait until no earlier transaction is open: those of other tests on the same server hold readers back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        now = cursor.fetchone()[0]
        for _ in range(3000):
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] > now:
                return
            time.sleep(0.01)
    raise TimeoutError("A transaction stays open on this server.")


def read_to_the_end(reader: Reader, tenant_id: UUID) -> int:
    """Let the reader pass every event that is committed; how many it passed."""
    let_settle()
    total = 0
    while passed := readers.run_once(reader=reader, tenant_id=tenant_id):
        total += passed
    return total
