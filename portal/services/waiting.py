"""Finds requests for a link whose wake-up was lost: as the dispatch role, in all tenants, by keys and times only."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from crm.tenancy.context import dispatch

GRACE = "20 seconds"  # a fresh row has a wake-up of its own on the way


def requests(limit: int = 200) -> list[tuple[UUID, UUID]]:
    """(tenant, link) of what nobody handled, the longest waiting first."""
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, id FROM portal_portallink WHERE kind = 'requested' AND handled_at IS NULL "
            "AND expires_at > now() AND created_at < now() - %s::interval ORDER BY created_at LIMIT %s",
            [GRACE, limit],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]
