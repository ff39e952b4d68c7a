"""Remembers for an hour how to take back what a member just did."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.cache import cache

from crm.tenancy.context import current_tenant_id

SECONDS = 3600


class NothingToUndo(LookupError):
    """It was taken back already, or too much time has passed."""


def _key(token: str) -> str:
    return f"undo:{current_tenant_id()}:{token}"


def keep(facts: dict[str, Any]) -> str:
    """Keep what an undo needs (ids and words, as JSON); returns the token that asks for it."""
    token = secrets.token_urlsafe(12)
    cache.set(_key(token), facts, SECONDS)
    return token


def take(token: str) -> dict[str, Any]:
    """The facts of a token of the current tenant, once. Raises NothingToUndo."""
    facts = cache.get(_key(token))
    if facts is None or not cache.delete(_key(token)):
        raise NothingToUndo("This can no longer be undone here.")
    return dict(facts)
