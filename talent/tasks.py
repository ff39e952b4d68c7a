"""Background work of the talent community, and the sweeps that find what a lost wake-up left."""

from __future__ import annotations

from django.utils import timezone

from crm.background import nudge, tenant_task
from crm.models import Tenant
from talent.services import bulk, passages


@tenant_task("bulk", enter=False)
def keep_passages(tenant: Tenant) -> None:
    passages.keep_all(tenant=tenant)


def sweep_passages() -> None:
    for tenant_id in passages.waiting_tenants(timezone.now()):
        nudge(keep_passages, tenant_id)


@tenant_task("bulk", enter=False)
def run_bulk(tenant: Tenant, operation_id: str) -> None:
    bulk.run(tenant=tenant, operation_id=operation_id)


def sweep_bulk() -> None:
    """Wake every operation that is open: a worker that holds one keeps the others away."""
    for tenant_id, operation_id in bulk.waiting_work():
        nudge(run_bulk, tenant_id, operation_id)
