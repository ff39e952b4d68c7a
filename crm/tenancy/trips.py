"""Ways to ask the database that save time: several statements in one trip, and statements that it knows by heart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.raw_cursor import RawCursorMixin

Statement = tuple[str, Any]  # with its parameters, which the server puts in place
MOST_PREPARED = 30  # statements of one connection, the last used; the server keeps a plan of some megabytes for each


def in_one_trip(*statements: Statement) -> list[tuple[Any, ...]]:
    """The rows of the last statement. Without a transaction around them they are one (libpq manual, 32.5.1.2)."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        cursors = [(psycopg.Cursor(raw), statement) for statement in statements]
        for cursor, (text, values) in cursors:
            cursor.execute(text, values, prepare=True)
    last = cursors[-1][0]
    return last.fetchall() if last.description else []


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
