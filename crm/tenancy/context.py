"""The current tenant: set for one transaction at a time, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus


class TenantError(RuntimeError):
    """Work was about to run without a tenant, or inside another one."""


class HasId(Protocol):
    """Anything that stands for a tenant: the row, or a light copy of its key."""

    @property
    def id(self) -> UUID: ...


_current: ContextVar[UUID | None] = ContextVar("tenant", default=None)


def current_tenant_id() -> UUID:
    """The tenant of the running transaction; TenantError when there is none."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise TenantError("No tenant is set. Wrap this in `with tenant(...)`.")
    return tenant_id


def in_tenant() -> bool:
    return _current.get() is not None


# For whoever sends several statements in one trip: its parameter is the tenant's key, it holds for their transaction.
SET_TENANT = "SELECT set_config('app.tenant', %s, true)"


def _set_config(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_TENANT, [value])


def _open(tenant_id: UUID) -> None:
    """Set the tenant. Where the transaction has not begun in the database yet, both are one trip to it."""
    with connection.wrap_database_errors:
        server = connection.connection.pgconn
        if server.transaction_status == TransactionStatus.IDLE and not connection.execute_wrappers:
            key = UUID(str(tenant_id))  # it is written into the statement: a key, and nothing else
            opened = server.exec_(f"BEGIN; SELECT set_config('app.tenant', '{key}', true)".encode())
            if opened.status != ExecStatus.TUPLES_OK:
                raise error_from_result(opened)
            return
    _set_config(str(tenant_id))


@contextmanager
def tenant(owner: HasId | UUID) -> Iterator[UUID]:
    """Open a transaction that sees one tenant's rows only.

    Nesting the same tenant is a savepoint; another tenant inside it is a TenantError. The database setting is local
    to the transaction, so that a pooled connection never carries it over (PgBouncer in transaction mode included).
    """
    tenant_id = owner if isinstance(owner, UUID) else owner.id
    before = _current.get()
    if before is not None and before != tenant_id:
        raise TenantError(f"Tenant {tenant_id} was opened inside tenant {before}.")
    with transaction.atomic():
        _open(tenant_id)
        token = _current.set(tenant_id)
        try:
            yield tenant_id
        finally:
            _current.reset(token)
    # Inside an outer transaction the setting would outlive this block: put back what was there.
    if before is None and connection.in_atomic_block and not connection.needs_rollback:
        _set_config("")


@contextmanager
def dispatch() -> Iterator[None]:
    """Open a transaction as the `dispatch` role: all tenants, but only the plumbing columns of queues."""
    if in_tenant():
        raise TenantError("The dispatch role is for work between tenants, not inside one.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(settings.DATABASE_ROLES['dispatch'])}")
        yield
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
