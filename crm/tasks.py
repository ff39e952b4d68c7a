"""The floor's tasks: run the readers of a tenant, sweep for what a dead broker lost, beat."""

from __future__ import annotations

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from crm.background import is_first, nudge, tenant_task
from crm.models import Heartbeat, Tenant
from crm.registry import registered
from crm.services import readers
from crm.tenancy.context import current_tenant_id
from crm.tenancy.keys import cache_key

NUDGED = "readers-nudged"
SOON = 0.05  # seconds until readers run


@tenant_task("interactive", enter=False)
def run_readers(tenant: Tenant) -> None:
    cache.delete(cache_key(tenant.pk, NUDGED))  # before reading: what commits from now on asks for a run of its own
    readers.run_all(tenant.pk)


def nudge_readers() -> None:
    """After the commit of an event: ask, at most once at a time, for a run of this tenant's readers."""
    tenant_id = current_tenant_id()

    def ask() -> None:
        if is_first(tenant_id, NUDGED, lasts=2, begins=SOON):
            nudge(run_readers, tenant_id, countdown=SOON)

    transaction.on_commit(ask)


@shared_task(name="crm.tasks.sweep_readers")
def sweep_readers() -> None:
    for tenant_id in readers.tenants_with_unread_events():
        nudge(run_readers, tenant_id)


@shared_task(name="crm.tasks.sweep")
def sweep(name: str) -> None:
    registered.sweeps[name]()


@shared_task(name="crm.tasks.beat")
def beat() -> None:
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": timezone.now()})
