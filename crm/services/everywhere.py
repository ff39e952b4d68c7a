"""Work that is done in every open workspace, one after another."""

from __future__ import annotations

from collections.abc import Callable

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant


def in_each(act: Callable[[], int]) -> int:
    """Do it in each active tenant, in a transaction of its own; returns the sum of what was done."""
    done = 0
    for owner in Tenant.objects.active():
        with open_tenant(owner):
            done += act()
    return done
