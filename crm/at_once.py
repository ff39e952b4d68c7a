"""Writes the new rows of several tables in one statement, as one act: a person and all that was said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import sql


def insert(*batches: Sequence[models.Model]) -> None:
    """Write rows that are not there yet, each batch of one model; their keys were made before.

    No batch needs another one to be first: references inside a tenant are checked when the transaction ends. Who reads
    in the same statement would not see the rows, so nothing here does.
    """
    made = [statement for rows in batches if rows for statement in _statements(rows)]
    if not made:
        return
    parts = ", ".join(f"w{place} AS ({text})" for place, (text, _) in enumerate(made))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} SELECT", [value for _, params in made for value in params])
    for row in (row for rows in batches for row in rows):
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _statements(rows: Sequence[models.Model]) -> list[tuple[str, Sequence[Any]]]:
    model = type(rows[0])
    query = sql.InsertQuery(model)
    query.insert_values([f for f in model._meta.concrete_fields if not f.generated], list(rows))
    made: list[tuple[str, Sequence[Any]]] = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return made
