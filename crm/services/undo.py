"""Remembers for an hour how to take back what a member just did."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.core.cache import cache

from crm.tenancy.context import current_tenant_id
from crm.tenancy.keys import cache_key

SECONDS = 3600
TOKEN = re.compile(r"[\w-]{1,64}", re.ASCII)


class NothingToUndo(LookupError):
    """It was taken back already, or too much time has passed."""


def keep(facts: dict[str, Any]) -> str:
    """Keep what an undo needs (ids and words, as JSON); returns the token that asks for it."""
    token = secrets.token_urlsafe(12)
    cache.set(cache_key(current_tenant_id(), "undo", token), facts, SECONDS)
    return token


def take(token: str) -> dict[str, Any]:
    """The facts of a token of the current tenant, once. Raises NothingToUndo."""
    facts = cache.get(cache_key(current_tenant_id(), "undo", token)) if TOKEN.fullmatch(token) else None
    if facts is None or not cache.delete(cache_key(current_tenant_id(), "undo", token)):
        raise NothingToUndo("This can no longer be undone here.")
    return dict(facts)
