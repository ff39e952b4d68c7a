"""The inbox's task and the sweep that finds what a lost wake-up left."""

from __future__ import annotations

from crm.background import nudge, nudge_on_commit, tenant_task
from crm.models import Tenant
from inbox.services import inbound, meetings
from outreach.services.clock import database_now


@tenant_task("sync", enter=False)
def read_mail(tenant: Tenant, inbound_id: str) -> None:
    inbound.read(tenant=tenant, inbound_id=inbound_id)


@tenant_task("sync")
def hold_meetings(tenant: Tenant) -> None:
    if meetings.take_place(database_now()) == meetings.BATCH:
        nudge_on_commit(hold_meetings, tenant.pk)


def sweep_meetings() -> None:
    for tenant_id in meetings.tenants_with_over():
        nudge(hold_meetings, tenant_id)


def sweep() -> None:
    for tenant_id, inbound_id in inbound.unread():
        nudge(read_mail, tenant_id, inbound_id)
