"""Several statements in one trip to the database: what is short waits more for the way than for the answer."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection

Statement = tuple[str, Any]  # with its parameters, which the server puts in place


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
