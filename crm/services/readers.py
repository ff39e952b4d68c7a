"""Runs the readers of the event log: each sees each event exactly once, whatever dies in between."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error as DatabaseProblem
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from crm.models import Event, ReaderCursor, ReaderFailure
from crm.registry import Reader, registered
from crm.tenancy.context import dispatch, tenant

BATCH = 1000
ROUNDS = 50
logger = logging.getLogger(__name__)

# The number below which every transaction has ended: what stands there can no longer change its order.
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

# Trouble of the database that another try may not meet: connection lost, deadlock, no room, lock refused, shut down.
# Other classes (54: a value too large for its index; 57014: a statement too slow) are the doing of one event.
PASSING_TROUBLE = ("08", "40", "53", "55P03", "57P")


class ReaderGone(LookupError):
    """The reader of a parked event is no longer listed in the wiring."""


# One batch of every reader that is behind: whether there is a kind in it that it reads. Cursors of readers for which
# there is none are moved past it here and now, all in one statement; who has not begun has everything before it.
LOOK_AHEAD = """
WITH reader AS (
  SELECT name, string_to_array(kinds, ',') AS kinds FROM unnest(%s::text[], %s::text[]) AS given (name, kinds)
),
last AS (SELECT xact_id, id FROM crm_event_fenced WHERE xact_id < {horizon} ORDER BY xact_id DESC, id DESC LIMIT 1),
behind AS MATERIALIZED (
  SELECT c.id, c.reader, c.xact_id, c.event_id FROM crm_readercursor c
  WHERE c.reader IN (SELECT name FROM reader) AND (c.xact_id, c.event_id) < (SELECT xact_id, id FROM last)
  FOR UPDATE SKIP LOCKED
),
batch AS (
  SELECT behind.id, behind.reader, count(*) AS passed,
         bool_or(reader.kinds = '{{}}' OR e.kind = ANY(reader.kinds)) AS wanted,
         (array_agg(e.xact_id ORDER BY e.xact_id DESC, e.id DESC))[1] AS xact_id,
         (array_agg(e.id ORDER BY e.xact_id DESC, e.id DESC))[1] AS event_id
  FROM behind JOIN reader ON reader.name = behind.reader
  CROSS JOIN LATERAL (
    SELECT xact_id, id, kind FROM crm_event_fenced
    WHERE (xact_id, id) > (behind.xact_id, behind.event_id) AND xact_id < {horizon} ORDER BY xact_id, id LIMIT %s
  ) e GROUP BY behind.id, behind.reader
),
past AS (
  UPDATE crm_readercursor c SET xact_id = batch.xact_id, event_id = batch.event_id, moved_at = statement_timestamp()
  FROM batch WHERE c.id = batch.id AND NOT batch.wanted
)
SELECT name, coalesce(passed, 0), coalesce(wanted, true) FROM reader LEFT JOIN batch ON batch.reader = name
WHERE batch.id IS NOT NULL OR EXISTS (SELECT FROM last) AND NOT EXISTS (
  SELECT FROM crm_readercursor c WHERE c.reader = name AND c.event_id IS NOT NULL)
"""


def _take_lock(reader: Reader, tenant_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{reader.name}:{tenant_id}"])
        row = cursor.fetchone()
    return bool(row and row[0])


def _wait_for_lock(reader: Reader, tenant_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{reader.name}:{tenant_id}"])


def _next_events(cursor_row: ReaderCursor, limit: int) -> list[Event]:
    """The next settled events after the cursor, oldest first, from the fenced view."""
    after = "" if cursor_row.event_id is None else "(xact_id, id) > (%s, %s) AND"
    place = [] if cursor_row.event_id is None else [cursor_row.xact_id, cursor_row.event_id]
    return list(
        Event.objects.raw(
            f"SELECT * FROM crm_event_fenced WHERE {after} xact_id < {HORIZON} ORDER BY xact_id, id LIMIT %s",  # noqa: S608
            [*place, limit],
        )
    )


def _park(reader: Reader, event: Event, error: Exception) -> None:
    trace = "".join(traceback.format_exception(error))[-8000:]
    failure, created = ReaderFailure.objects.get_or_create(
        reader=reader.name, event=event, defaults={"error": repr(error)[:300], "traceback": trace}
    )
    if not created:
        ReaderFailure.objects.filter(pk=failure.pk).update(
            attempts=F("attempts") + 1, error=repr(error)[:300], traceback=trace
        )
    logger.error("reader %s could not take in event %s: %r", reader.name, event.pk, error)


def _is_passing(error: Exception) -> bool:
    """Whether the trouble is the surroundings', not the event's: then the whole run is tried again later."""
    if isinstance(error, SoftTimeLimitExceeded | InterfaceError):
        return True
    code = getattr(error.__cause__, "sqlstate", None) if isinstance(error, DatabaseProblem) else None
    return code.startswith(PASSING_TROUBLE) if code else isinstance(error, OperationalError)


def _take_in(reader: Reader, events: Sequence[Event]) -> None:
    """Call the reader in a savepoint; deferred constraints are checked now: a commit would blame no event."""
    with transaction.atomic():
        reader.function(events)
        connection.check_constraints()


def _feed(reader: Reader, events: Sequence[Event]) -> None:
    """Give a batch to a reader; a batch that fails is halved until the one bad event is found and parked."""
    if not events:
        return
    try:
        _take_in(reader, events)
    except Exception as error:
        if _is_passing(error):
            raise
        if len(events) == 1:
            _park(reader, events[0], error)
            return
        middle = len(events) // 2
        _feed(reader, events[:middle])
        _feed(reader, events[middle:])


def run_once(*, reader: Reader, tenant_id: UUID, limit: int = BATCH) -> int:
    """One batch of one reader in one transaction; returns how many events the cursor passed (0: nothing to do)."""
    with tenant(tenant_id):
        if not _take_lock(reader, tenant_id):
            return 0
        cursor_row, _ = ReaderCursor.objects.get_or_create(reader=reader.name)
        events = _next_events(cursor_row, limit)
        if not events:
            return 0
        _feed(reader, [e for e in events if not reader.kinds or e.kind in reader.kinds])
        cursor_row.xact_id, cursor_row.event_id = events[-1].xact_id, events[-1].pk
        cursor_row.save(update_fields=["xact_id", "event_id", "moved_at"])
        return len(events)


def _look_ahead(tenant_id: UUID) -> tuple[int, list[Reader]]:
    """How many events were passed that no reader of them wants, and the readers that want some, in their order.

    Takes no lock of a reader: a run of it that is under way may put its cursor back, to a place from which there is
    still nothing for it before the one that was reached here.
    """
    readers = registered.readers
    kinds = [",".join(sorted(reader.kinds)) for reader in readers.values()]
    with tenant(tenant_id), connection.cursor() as cursor:
        cursor.execute(LOOK_AHEAD.format(horizon=HORIZON), [list(readers), kinds, BATCH])
        found = {name: (passed, wanted) for name, passed, wanted in cursor.fetchall()}
    passed = sum(number for number, wanted in found.values() if not wanted)
    return passed, [reader for name, reader in readers.items() if found.get(name, (0, False))[1]]


def _run_round(tenant_id: UUID) -> tuple[int, list[Exception]]:
    """One batch of every reader: how many events were passed, and the errors of readers that could not run."""
    moved, wanting = _look_ahead(tenant_id)
    errors: list[Exception] = []
    for reader in wanting:
        try:
            moved += run_once(reader=reader, tenant_id=tenant_id)
        except Exception as error:
            errors.append(error)
            if isinstance(error, SoftTimeLimitExceeded):
                break
    return moved, errors


def run_all(tenant_id: UUID) -> int:
    """Run every reader of a tenant until none has anything left; events written by readers are read as well.

    A reader that cannot run does not hold up the others; its error is raised when they are through.
    """
    total = 0
    for _ in range(ROUNDS):
        moved, errors = _run_round(tenant_id)
        total += moved
        if errors:
            raise errors[0]
        if not moved:
            break
    return total


def tenants_with_unread_events() -> list[UUID]:
    """Tenants in which some reader is behind; asked as the dispatch role, which sees numbers only."""
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.id FROM crm_tenant t
            CROSS JOIN LATERAL (SELECT e.xact_id, e.id FROM crm_event e WHERE e.tenant_id = t.id
                                ORDER BY e.xact_id DESC, e.id DESC LIMIT 1) last
            LEFT JOIN LATERAL (SELECT count(*) AS caught_up FROM crm_readercursor c
                               WHERE c.tenant_id = t.id AND c.reader = ANY (%s)
                               AND (c.xact_id, c.event_id) >= (last.xact_id, last.id)) readers ON true
            WHERE t.status = 'active' AND readers.caught_up < %s
            """,
            [list(registered.readers), len(registered.readers)],
        )
        return [row[0] for row in cursor.fetchall()]


def replay(*, failure: ReaderFailure) -> bool:
    """Give a parked event to its reader again; True when it is taken in and the failure is resolved.

    Waits for a run of the reader that is under way. A failure that is resolved already is not given again. Raises
    ReaderGone when the reader is no longer there.
    """
    reader = registered.readers.get(failure.reader)
    if reader is None:
        raise ReaderGone(f"The reader {failure.reader} is no longer there.")
    with transaction.atomic():
        _wait_for_lock(reader, failure.tenant_id)
        current = ReaderFailure.objects.select_for_update(of=("self",)).select_related("event").get(pk=failure.pk)
        if current.resolved_at is not None:
            return True
        try:
            _take_in(reader, [current.event])
        except Exception as error:
            if _is_passing(error):
                raise
            _park(reader, current.event, error)
            return False
        ReaderFailure.objects.filter(pk=failure.pk).update(resolved_at=timezone.now())
        return True
