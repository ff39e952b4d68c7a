"""How far each reader of the event log is behind, in the current tenant and over all tenants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from crm.models import ReaderCursor, ReaderFailure
from crm.registry import registered
from crm.tenancy.context import dispatch

COUNTED_TO = 10_000
LONG_OPEN = timedelta(minutes=1)
# A transaction that writes holds the readers back, in whatever database of the server. Its start is only shown for
# log-ins like ours; of others we see the oldest event of this tenant that waits behind them.
HELD_FOR = """
    SELECT statement_timestamp() - least(
        (SELECT min(xact_start) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()),
        (SELECT min(prepared) FROM pg_prepared_xacts),
        (SELECT min(created_at) FROM crm_event_fenced WHERE xact_id >= %s)
    )
"""
FROM_THE_START = -(2**63)


@dataclass(frozen=True)
class Lag:
    """One reader: how many events wait for it (counted to 10,000) and when it last moved."""

    reader: str
    waiting: int
    moved_at: datetime | None


def lags() -> list[Lag]:
    """Every registered reader of the current tenant, the one that is furthest behind first."""
    cursors = {cursor.reader: cursor for cursor in ReaderCursor.objects.all()}
    found = [_lag(name, cursors.get(name)) for name in registered.readers]
    return sorted(found, key=lambda lag: (-lag.waiting, lag.reader))


def _lag(reader: str, cursor: ReaderCursor | None) -> Lag:
    after = (cursor.xact_id, cursor.event_id) if cursor and cursor.event_id else (FROM_THE_START, UUID(int=0))
    with connection.cursor() as db:
        db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM crm_event_fenced WHERE (xact_id, id) > (%s, %s) LIMIT %s) waiting",
            [*after, COUNTED_TO],
        )
        row = db.fetchone()
    return Lag(reader, int(row[0]) if row else 0, cursor.moved_at if cursor else None)


def held_for() -> timedelta | None:
    """How long, at least, the readers have been waiting for an open transaction; None below a minute."""
    with connection.cursor() as db:
        db.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        [lowest] = db.fetchone() or [0]
        db.execute(HELD_FOR, [lowest])
        [age] = db.fetchone() or [None]
    return age if age is not None and age >= LONG_OPEN else None


def parked() -> QuerySet[ReaderFailure]:
    """Events of the current tenant that a reader could not take in, newest first."""
    return ReaderFailure.objects.filter(resolved_at=None).select_related("event").order_by("-created_at")


def open_failures_by_tenant() -> dict[UUID, int]:
    """How many parked events each tenant has; asked as the dispatch role, which sees no more than that."""
    with dispatch(), connection.cursor() as db:
        db.execute("SELECT tenant_id, count(*) FROM crm_readerfailure WHERE resolved_at IS NULL GROUP BY tenant_id")
        return {row[0]: int(row[1]) for row in db.fetchall()}
