"""Finds the tenants that have something to do: as the dispatch role, which sees keys, states and times only."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from crm.tenancy.context import dispatch


def tenants_with(table: str, condition: str, *, oldest: str) -> list[UUID]:
    """Active tenants that have a row like this, the longest waiting first by the column `oldest`.

    `condition` is SQL of our own about the row, called `w`; call it outside of any tenant.
    """
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT w.tenant_id FROM {table} w JOIN crm_tenant t ON t.id = w.tenant_id "  # noqa: S608
            f"WHERE t.status = 'active' AND {condition} GROUP BY w.tenant_id ORDER BY min(w.{oldest})"
        )
        return [row[0] for row in cursor.fetchall()]
