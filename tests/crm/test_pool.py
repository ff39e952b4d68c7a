"""Tenants on pooled connections: fewer connections than threads, each used for any tenant."""

from __future__ import annotations

import random
import threading
from collections import Counter
from queue import Queue
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from crm.models import ApiKey, Tenant
from crm.tenancy.context import dispatch
from crm.tenancy.context import tenant as open_tenant
from tests.factories.people import a_tenant

THREADS, QUERIES, CONNECTIONS = 8, 100, 3


@pytest.fixture
def pool(committed: None) -> Queue[BaseDatabaseWrapper]:
    filled: Queue[BaseDatabaseWrapper] = Queue()
    for _ in range(CONNECTIONS):
        wrapper = connections["default"].copy()
        wrapper.inc_thread_sharing()
        filled.put(wrapper)
    return filled


def names_seen(relation: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {relation}")
        return {row[0] for row in cursor.fetchall()}


def read_as(tenant: Tenant, chance: random.Random) -> str:
    """One read of one kind; "right" when it showed the tenant's own row and nothing else."""
    kind = chance.choice(["table", "view", "manager", "unset", "failing", "dispatch"])
    if kind == "unset":
        try:
            return f"wrong: {names_seen('crm_apikey')} without a tenant"
        except DatabaseError as error:
            return "right" if "tenant not set" in str(error) else f"wrong: {error}"
    if kind == "dispatch":
        with dispatch():
            return "right"
    with open_tenant(tenant):
        seen = (
            set(ApiKey.objects.values_list("name", flat=True))
            if kind == "manager"
            else names_seen("crm_apikey_fenced" if kind == "view" else "crm_apikey")
        )
        if kind == "failing":
            raise RuntimeError("a view that breaks after its first query")
    return "right" if seen == {tenant.slug} else f"wrong: {seen} in {tenant.slug}"


def work(pool: Queue[BaseDatabaseWrapper], tenants: list[Tenant], seed: int, results: Queue[str]) -> None:
    chance = random.Random(seed)
    for _ in range(QUERIES):
        connections["default"] = pool.get()
        try:
            results.put(read_as(chance.choice(tenants), chance))
        except RuntimeError:
            results.put("broken")
        except Exception as error:
            results.put(f"wrong: {error!r}")
        finally:
            pool.put(connections["default"])


def test_pooled_connections_never_show_another_tenants_rows(pool: Queue[BaseDatabaseWrapper]) -> None:
    tenants = [a_tenant(f"tenant-{number}") for number in range(4)]
    for tenant in tenants:
        with open_tenant(tenant):
            ApiKey.objects.create(name=tenant.slug, prefix="x", secret_hash="a" * 64)
    results: Queue[str] = Queue()

    threads = [threading.Thread(target=work, args=(pool, tenants, seed, results)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while not pool.empty():
        pool.get().close()

    counted = Counter(results.queue)
    assert (set(counted), counted.total()) == ({"right", "broken"}, THREADS * QUERIES)


def test_connection_that_served_a_tenant_remembers_none(committed: None) -> None:
    tenant: UUID = a_tenant().pk

    with open_tenant(tenant):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.tenant', true), current_user::text")
        remembered = cursor.fetchone()

    assert remembered in [("", "rapport_app"), (None, "rapport_app")]
