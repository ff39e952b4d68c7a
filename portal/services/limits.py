"""How often one browser's network may knock."""

from __future__ import annotations

from django.core.cache import cache


def may(what: str, who: str, *, most: int, seconds: int) -> bool:
    """True up to `most` times in a window of `seconds`, for each `who`."""
    key = f"portal:{what}:{who}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # the window ended between the two
        return True
