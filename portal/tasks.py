"""Background work of the portal: mails with links, and the sweep that finds what a lost wake-up left."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from crm.background import nudge, tenant_task
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from portal.services import links, mails, waiting


@tenant_task("interactive", enter=False, max_retries=0)
def send_link(tenant: Tenant, link_id: str) -> None:
    with open_tenant(tenant):
        letter = links.prepare(tenant=tenant, link_id=UUID(link_id), now=timezone.now())
    if letter is not None:
        mails.send(tenant=tenant, letter=letter)


def sweep() -> None:
    for tenant_id, link_id in waiting.requests():
        nudge(send_link, tenant_id, link_id)
