"""Background work of the portal: mails with links, forms for files, and the sweep that finds what was left."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from crm.background import nudge, tenant_task
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from portal.services import downloads, links, mails, registrations, waiting


@tenant_task("interactive", enter=False, max_retries=0)
def send_link(tenant: Tenant, link_id: str) -> None:
    with open_tenant(tenant):
        letter = links.prepare(tenant=tenant, link_id=UUID(link_id), now=timezone.now())
    if letter is not None:
        mails.send(tenant=tenant, letter=letter)


@tenant_task("interactive")
def take_in_request(tenant: Tenant, request_id: str) -> None:
    downloads.take_in(request_id=UUID(request_id), now=timezone.now())


@tenant_task("interactive")
def take_in_registration(tenant: Tenant, request_id: str) -> None:
    registrations.take_in(request_id=UUID(request_id), now=timezone.now())


def sweep() -> None:
    for tenant_id, link_id in waiting.requests():
        nudge(send_link, tenant_id, link_id)
    for tenant_id, request_id in waiting.downloads():
        nudge(take_in_request, tenant_id, request_id)
    for tenant_id, request_id in waiting.registrations():
        nudge(take_in_registration, tenant_id, request_id)
