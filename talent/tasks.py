"""Background work of the talent community, and the sweeps that find what a lost wake-up left."""

from __future__ import annotations

from django.utils import timezone

from crm.background import nudge, tenant_task
from crm.models import Tenant
from talent.services import bulk, exports, passages


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


@tenant_task("bulk", enter=False)
def write_export(tenant: Tenant, export_id: str) -> None:
    exports.write(tenant=tenant, export_id=export_id)


@tenant_task("bulk", enter=False)
def expire_export(tenant: Tenant, export_id: str) -> None:
    exports.expire(tenant=tenant, export_id=export_id, now=timezone.now())


def sweep_exports() -> None:
    """Wake what waits to be written, and remove files whose time is over."""
    for tenant_id, export_id, state in exports.waiting_work(timezone.now()):
        nudge(expire_export if state == "done" else write_export, tenant_id, export_id)
