"""Keeps the event log's order true when the database moves to another server."""

from __future__ import annotations

from django.db import connections, transaction

# How far the log's transaction numbers lie ahead of this server's own. Looked up by index, one row per tenant.
AHEAD = """
SELECT max(last.xact_id) - pg_current_xact_id()::text::bigint + 1 FROM crm_tenant t
CROSS JOIN LATERAL
(SELECT xact_id FROM crm_event e WHERE e.tenant_id = t.id ORDER BY xact_id DESC, id DESC LIMIT 1) last
"""


def settle_in(*, using: str = "owner") -> int:
    """Shift the log's transaction numbers below this server's own; returns by how much (0: nothing to do).

    A dump restored on a new server brings numbers of the old one, which are higher: old events would wait for ever and
    new ones would be sorted before the readers' cursors, unseen. Order and cursors keep their places. Needs the owner
    of the tables, because the log is append-only for the app role; `migrate` calls it.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(AHEAD)
        row = cursor.fetchone()
        shift = int(row[0] or 0) if row else 0
        if shift <= 0:
            return 0
        cursor.execute("UPDATE crm_event SET xact_id = xact_id - %s", [shift])
        cursor.execute("UPDATE crm_readercursor SET xact_id = xact_id - %s WHERE event_id IS NOT NULL", [shift])
        return shift
