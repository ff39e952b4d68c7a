"""Finds work that waits: as the dispatch role, in all tenants, by keys and states only."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from crm.tenancy.context import dispatch
from sourcing.services.imports import RUN_TASK
from sourcing.services.resumes import READ_TASK
from talent.models import Candidate

GRACE = "30 seconds"  # a fresh row has a wake-up of its own on the way


def work(limit: int = 200) -> list[tuple[UUID, str, str, UUID]]:
    """(tenant, task, queue, key) of what has waited longer than its own wake-up should take."""
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tenant_id, %s, 'bulk', id FROM sourcing_importbatch WHERE state = 'running' AND kind = 'table'
            UNION ALL
            (SELECT tenant_id, %s, 'parse', id FROM sourcing_parseddocument
             WHERE state = 'waiting' AND created_at < now() - %s::interval LIMIT %s)
            """,
            [RUN_TASK, READ_TASK, GRACE, limit],
        )
        return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]


def somebody_was_brought_in() -> bool:
    """Does the current tenant know anybody yet?"""
    return Candidate.objects.exists()
