"""The inbox's task and the sweep that finds what a lost wake-up left."""

from __future__ import annotations

from crm.background import nudge, tenant_task
from crm.models import Tenant
from inbox.services import inbound


@tenant_task("sync", enter=False)
def read_mail(tenant: Tenant, inbound_id: str) -> None:
    inbound.read(tenant=tenant, inbound_id=inbound_id)


def sweep() -> None:
    for tenant_id, inbound_id in inbound.unread():
        nudge(read_mail, tenant_id, inbound_id)
