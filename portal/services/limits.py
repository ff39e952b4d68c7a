"""How often one browser's network may knock."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache

from crm.tenancy.keys import cache_key


def may(tenant_id: UUID, what: str, who: str, *, most: int, seconds: int) -> bool:
    """True up to `most` times in a window of `seconds`, for each `who` at one workspace's door."""
    name = f"portal-{what}"
    if cache.add(cache_key(tenant_id, name, who), 1, timeout=seconds):
        return True
    try:
        return int(cache.incr(cache_key(tenant_id, name, who))) <= most
    except ValueError:  # the window ended between the two
        return True
