"""Finds what waits though its wake-up was lost: as the dispatch role, in all tenants, by keys and times only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from crm.tenancy.context import dispatch

GRACE = "20 seconds"  # a fresh row has a wake-up of its own on the way
GIVEN_UP = "7 days"  # what failed so long fails for a reason that trying again does not mend
LINKS = (
    "SELECT tenant_id, id FROM portal_portallink WHERE kind = 'requested' AND handled_at IS NULL "
    "AND expires_at > now() AND created_at < now() - %s::interval ORDER BY created_at LIMIT %s"
)
FORMS = (
    "SELECT tenant_id, id FROM {table} WHERE created_at < now() - %s::interval "
    "AND created_at > now() - %s::interval ORDER BY created_at LIMIT %s"
)


def requests(limit: int = 200) -> list[tuple[UUID, UUID]]:
    """(tenant, link) of what nobody handled, the longest waiting first."""
    return _asked(LINKS, [GRACE, limit])


def downloads(limit: int = 200) -> list[tuple[UUID, UUID]]:
    """(tenant, request for a file) of what nobody handled, the longest waiting first."""
    return _asked(FORMS.format(table="portal_assetrequest"), [GRACE, GIVEN_UP, limit])


def registrations(limit: int = 200) -> list[tuple[UUID, UUID]]:
    """(tenant, registration for an event) of what nobody handled, the longest waiting first."""
    return _asked(FORMS.format(table="portal_eventrequest"), [GRACE, GIVEN_UP, limit])


def _asked(question: str, values: Sequence[str | int]) -> list[tuple[UUID, UUID]]:
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(question, values)
        return [(row[0], row[1]) for row in cursor.fetchall()]
