"""Statements that the server knows by heart: to plan what comes again and again costs more than to answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.raw_cursor import RawCursorMixin

MOST_PREPARED = 30  # statements of one connection, the last used; the server keeps a plan of some megabytes for each

PLACE = re.compile(r"%(?:\((\w+)\)s|([s%]))")  # of a value, with a name or without, or a percent sign, `%%`


@lru_cache(maxsize=512)
def numbered(text: str) -> tuple[str, tuple[str | int, ...]]:
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


class _PreparingCursor(RawCursorMixin, ServerBindingCursor):
    """Prepares what it asks at once; where the connection prepares nothing, it does not either."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        options["prepare"] = True
        return super().execute(query, params, **options)  # type: ignore[misc] # the stubs know no psycopg


def cursor(*, by_heart: bool) -> Any:
    """A cursor whose values the server puts in place; `by_heart`, its statements are prepared and have PostgreSQL's own
    `$1`, `$2` for values: the plan of fifty questions costs more than their answers.

    psycopg counts all statements of a connection, and forgets the counts of all but the last MOST_PREPARED: what a page
    asks might never be seen often enough. So it is not counted, but prepared the first time.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]  # looked up once: the thread's own is found slowly
    here.ensure_connection()
    raw = here.connection
    raw.prepared_max = MOST_PREPARED
    kind: Any = _PreparingCursor if by_heart else ServerBindingCursor
    return (here.make_debug_cursor if here.queries_logged else here.make_cursor)(kind(raw))


def by_heart(text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement that comes again and again, with `$1`, `$2` for its values."""
    with cursor(by_heart=True) as asked:
        asked.execute(text, values)
        return list(asked.fetchall()) if asked.description else []
