"""Several statements in one trip to the database: what is short waits more for the way than for the answer."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection

Statement = tuple[str, Any]  # with its parameters, which the server puts in place
# Planning takes many times as long as doing it: with these settings, until the transaction ends, one plan serves all
# trips of a connection, and goes from a few rows to what belongs to them by keys, whatever the tables looked like when
# it was made. Both stand in the list of a SELECT.
_PLANS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
BY_KEYS = ", ".join(
    ["set_config('plan_cache_mode', 'force_generic_plan', true)", *(f"set_config('{p}', 'off', true)" for p in _PLANS)]
)
AS_USUAL = ", ".join(
    ["set_config('plan_cache_mode', 'auto', true)", *(f"set_config('{p}', 'on', true)" for p in _PLANS)]
)
PLACE = re.compile(r"%(?:\((\w+)\)s|([s%]))")


@lru_cache(maxsize=256)
def _numbered(text: str) -> tuple[str, tuple[str | int, ...]]:
    """The text with the server's own marks, `$1`, and the name or the place of what stands there.

    The driver does the same, but keeps what it found for short texts only: of a long one it took a third of the trip.
    """
    keys: dict[str | int, str] = {}
    places = iter(range(text.count("%s")))

    def mark(found: re.Match[str]) -> str:
        if found[2] == "%":
            return "%"
        key = found[1] or next(places)
        return keys.setdefault(key, f"${len(keys) + 1}")

    return PLACE.sub(mark, text), tuple(keys)


def answers(*statements: Statement) -> list[list[tuple[Any, ...]]]:
    """The rows of each. Without a transaction around them they are one (libpq manual, 32.5.1.2)."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        cursors = [(psycopg.RawCursor(raw), statement) for statement in statements]
        for cursor, (text, values) in cursors:
            numbered, keys = _numbered(text)
            cursor.execute(numbered, [values[key] for key in keys], prepare=True)
    return [cursor.fetchall() if cursor.description else [] for cursor, _ in cursors]


def in_one_trip(*statements: Statement) -> list[tuple[Any, ...]]:
    """The rows of the last statement of a trip."""
    return answers(*statements)[-1]
