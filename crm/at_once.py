"""Writes the new rows of several tables in one statement, as one act: a person and all that was said of them.

The rows of each table travel as JSON in one value, so that the statement is the same however many rows there are, and
the server knows it by heart: to plan it costs more than to do it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone
from django.utils.functional import Promise

from crm.tenancy import prepared

SCHEMA = "public"


@dataclass(frozen=True)
class Computed:
    """Columns of rows whose values are SQL, by the columns' names, out of the row itself, which is called `own`.

    In that SQL the tables that are written in the same statement have the rows that are being written, and no others;
    all other tables have what was there before.
    """

    own: str
    columns: tuple[tuple[str, str], ...]
    returning: tuple[str, ...]


def insert(*batches: Sequence[models.Model], computed: Computed | None = None) -> list[tuple[Any, ...]]:
    """Write rows that are not there yet, each batch of one model of its own; their keys were made before.

    No batch needs another one to be first: references inside a tenant are checked when the transaction ends. Who reads
    in the same statement would not see the rows; what the last batch has `computed` out of the others is told by it.
    The answer is its `returning`, a row for each of that batch.
    """
    filled = [rows for rows in batches if rows]
    if not filled:
        return []
    shapes = tuple(_Shape(type(rows[0]), _left_out(rows)) for rows in filled)
    told = prepared.by_heart(
        _statement(shapes, computed), [shape.told(rows) for shape, rows in zip(shapes, filled, strict=True)]
    )
    for row in (row for rows in filled for row in rows):
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return told


def _left_out(rows: Sequence[models.Model]) -> tuple[str, ...]:
    """The columns that the database fills in: the same ones for all rows of a batch."""
    [left_out] = {
        tuple(f.attname for f in _filled_in(type(row)) if isinstance(getattr(row, f.attname), DatabaseDefault))
        for row in rows
    }
    return left_out


@cache
def _filled_in(model: type[models.Model]) -> Sequence[Any]:
    return [f for f in model._meta.concrete_fields if f.has_db_default()]


@dataclass(frozen=True)
class _Shape:
    """A table, without the columns that the database fills in."""

    model: type[models.Model]
    left_out: tuple[str, ...]

    @property
    def table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    def told(self, rows: Sequence[models.Model]) -> str:
        columns = _columns(self.model, self.left_out)
        for row in rows:
            for name in columns.stamps:
                setattr(row, name, timezone.now())
        return orjson.dumps([columns.of(row) for row in rows], _as_text).decode()

    def read(self, place: int, name: str) -> str:
        """The rows of the value at that place, each with the name."""
        typed = ", ".join(f"{_quoted(f)} {f.db_type(connection)}" for f in _fields(self.model, self.left_out))
        return f"json_to_recordset(${place}::json) AS {name} ({typed})"

    @property
    def columns(self) -> str:
        return ", ".join(map(_quoted, _fields(self.model, self.left_out)))


def _quoted(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _fields(model: type[models.Model], left_out: Sequence[str]) -> list[models.Field[Any, Any]]:
    return [f for f in model._meta.concrete_fields if not f.generated and f.attname not in left_out]


@dataclass(frozen=True)
class _Columns:
    """How the values of a row are read: all at once, as most go as they are."""

    names: Sequence[str]
    values: Callable[[models.Model], Sequence[Any]]
    stamps: Sequence[str]  # moments of writing, by the names of their attributes
    put_otherwise: Sequence[tuple[str, models.Field[Any, Any]]]  # by fields that are not Django's own

    def of(self, row: models.Model) -> dict[str, Any]:
        told = dict(zip(self.names, self.values(row), strict=True))
        for name, field in self.put_otherwise:
            told[name] = field.get_prep_value(told[name])
        return told


@cache
def _columns(model: type[models.Model], left_out: Sequence[str]) -> _Columns:
    fields = _fields(model, left_out)
    return _Columns(
        [str(f.column) for f in fields],
        attrgetter(*(str(f.attname) for f in fields)),
        [str(f.attname) for f in fields if _is_stamp(f)],
        [(str(f.column), f) for f in fields if not type(f).get_prep_value.__module__.startswith("django.")],
    )


def _as_text(value: object) -> str:
    """What JSON has no form for. Raises TypeError for what is no value of a column."""
    if isinstance(value, Promise | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of a column.")


def _is_stamp(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add)


@lru_cache(maxsize=64)
def _statement(shapes: Sequence[_Shape], computed: Computed | None) -> str:
    """Each table's name stands for its new rows; written to is the table in its schema, which no such name hides."""
    others = shapes[:-1] if computed else shapes
    parts = [
        f"{shape.table} AS (SELECT * FROM {shape.read(n, 'new')})"  # noqa: S608 - of our own models
        for n, shape in enumerate(others, start=1)
    ]
    parts += [
        f"w{n} AS (INSERT INTO {SCHEMA}.{shape.table} ({shape.columns}) SELECT {shape.columns} FROM {shape.table})"  # noqa: S608
        for n, shape in enumerate(others, start=1)
    ]
    return f"WITH {', '.join(parts)} {_last(shapes[-1], len(shapes), computed) if computed else 'SELECT'}"


def _last(shape: _Shape, place: int, computed: Computed) -> str:
    said = dict(computed.columns)
    values = [said.get(str(f.column), f"{computed.own}.{_quoted(f)}") for f in _fields(shape.model, shape.left_out)]
    return (
        f"INSERT INTO {SCHEMA}.{shape.table} ({shape.columns}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM {shape.read(place, computed.own)} RETURNING {', '.join(computed.returning)}"
    )
