"""Background work of the talent community, and the sweep that finds what a lost wake-up left."""

from __future__ import annotations

from django.utils import timezone

from crm.background import nudge, tenant_task
from crm.models import Tenant
from talent.services import passages


@tenant_task("bulk", enter=False)
def keep_passages(tenant: Tenant) -> None:
    passages.keep_all(tenant=tenant)


def sweep_passages() -> None:
    for tenant_id in passages.waiting_tenants(timezone.now()):
        nudge(keep_passages, tenant_id)
