"""Several statements in one trip to the database: what is short waits more for the way than for the answer."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection

from crm.tenancy.prepared import numbered

Statement = tuple[str, Any]  # with its parameters, which the server puts in place
# Planning takes many times as long as doing it: with these settings, until the transaction ends, one plan serves all
# trips of a connection, and goes from a few rows to what belongs to them by keys, whatever the tables looked like when
# it was made. Both stand in the list of a SELECT.
# A plan from a time when the tables were empty may do badly all the same: it is given up then, and forgotten with the
# transaction, so that the next try makes a new one.
LONGEST = "60s"  # of a statement, from then on in the transaction
_PLANS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
BY_KEYS = ", ".join(
    [
        "set_config('plan_cache_mode', 'force_generic_plan', true)",
        *(f"set_config('{p}', 'off', true)" for p in _PLANS),
        f"set_config('statement_timeout', '{LONGEST}', true)",
    ]
)
AS_USUAL = ", ".join(
    ["set_config('plan_cache_mode', 'auto', true)", *(f"set_config('{p}', 'on', true)" for p in _PLANS)]
)


def answers(*statements: Statement) -> list[list[tuple[Any, ...]]]:
    """The rows of each. Without a transaction around them they are one (libpq manual, 32.5.1.2)."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        cursors = [(psycopg.RawCursor(raw), statement) for statement in statements]
        for cursor, (text, values) in cursors:
            marked, keys = numbered(text)
            cursor.execute(marked, [values[key] for key in keys], prepare=True)
    return [cursor.fetchall() if cursor.description else [] for cursor, _ in cursors]


def in_one_trip(*statements: Statement) -> list[tuple[Any, ...]]:
    """The rows of the last statement of a trip."""
    return answers(*statements)[-1]
