"""Keyset pages: the next page begins after the last row of this one, so that late pages cost what early ones do."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

R = TypeVar("R")
COUNTED = 10_000


class BadCursor(ValueError):
    """The text after which a page should begin was not made here."""


def _exactly(value: str) -> str:
    return value


@dataclass(frozen=True)
class Order:
    """One column and the key, both up or both down. Empty values of a `nullable` column come last, whatever the way.

    `parse` reads a value of the column back from a cursor.
    """

    column: str
    descending: bool = False
    nullable: bool = False
    parse: Callable[[str], Any] = _exactly

    @property
    def terms(self) -> tuple[str, str]:
        sign = "-" if self.descending else ""
        return f"{sign}{self.column}", f"{sign}pk"

    @property
    def whole(self) -> tuple[OrderBy, str]:
        """The terms with empty values last, for rows that no index sorts."""
        return OrderBy(F(self.column), descending=self.descending, nulls_last=True), self.terms[1]

    @property
    def reversed(self) -> Order:
        return replace(self, descending=not self.descending)


@dataclass(frozen=True)
class Page(Generic[R]):
    """Rows, and the cursor of the next page; empty when this is the last."""

    rows: list[R]
    after: str


def moment(text: str) -> datetime:
    """A moment in a cursor: ISO 8601 with its zone."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    return value


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def cursor(row: Any, order: Order) -> str:
    """The text after which the page behind this row begins."""
    value = _value(row, order.column)
    text = value.isoformat() if isinstance(value, datetime) else value if value is None else str(value)
    packed = json.dumps([text, str(_value(row, "pk"))]).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def place(text: str, order: Order) -> tuple[Any, UUID]:
    """The value and the key of the row that a cursor stands for. Raises BadCursor."""
    try:
        said, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        value = None if said is None and order.nullable else order.parse(said)
        if isinstance(value, str) and ("\x00" in value or not value.isprintable()):
            raise ValueError(value)
        return value, UUID(key)
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise BadCursor("This is not the address of a page.") from error


def later(order: Order, value: Any, key: UUID) -> Q:
    """Rows after (value, key): a range of the index, then the ties."""
    way = "lt" if order.descending else "gt"
    if value is None:
        return Q(**{f"pk__{way}": key})
    column = order.column
    ties = Q(**{f"{column}__{way}": value}) | Q(**{f"pk__{way}": key})
    return Q(**{f"{column}__{way}e": value}) & ties


def page(queryset: QuerySet[Any, R], order: Order, *, after: str = "", limit: int = 50) -> Page[R]:
    """`limit` rows of a queryset (models, or `.values()` with `pk` and the column) in an order. Raises BadCursor."""
    ordered = queryset.order_by(*order.terms)
    value, key = place(after, order) if after else (None, None)
    begins_empty = bool(after) and value is None
    wanted = limit + 1
    rows: list[R] = []
    if not begins_empty:
        filled = ordered.filter(**{f"{order.column}__isnull": False}) if order.nullable else ordered
        rows = list((filled.filter(later(order, value, key)) if key else filled)[:wanted])
    if order.nullable and len(rows) < wanted:
        empty = ordered.filter(**{f"{order.column}__isnull": True})
        empty = empty.filter(later(order, None, key)) if begins_empty and key else empty
        rows += list(empty[: wanted - len(rows)])
    return cut(rows, order, limit)


def cut(rows: list[R], order: Order, limit: int) -> Page[R]:
    """A page out of the rows of its order, of which one more was read than it shows."""
    more = len(rows) > limit
    return Page(rows[:limit], cursor(rows[limit - 1], order) if more else "")


@dataclass(frozen=True)
class Guess:
    """What the planner expects of a count: how many rows, and whether it means to collect all before the first."""

    rows: float
    collects: bool

    @property
    def are_many(self) -> bool:
        """So many that counting is likely to end early."""
        return self.rows > 2 * COUNTED

    @property
    def are_everywhere(self) -> bool:
        """So many that whoever walks along an index soon meets enough of them, while collecting them all takes long."""
        return self.collects and self.rows >= 10 * COUNTED


@dataclass(frozen=True)
class Counting:
    """A count that ends one above COUNTED, as a statement: it can be guessed at, and made."""

    sql: str
    params: tuple[Any, ...]

    def guess(self) -> Guess:
        """A guess at the rows, which takes less than a millisecond."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {self.sql}", self.params)
            (plan,) = cursor.fetchone()[0]
        parts = plan["Plan"].get("Plans", ())
        rows = max((part["Plan Rows"] for part in parts), default=0)
        return Guess(rows, any(_gathers(part) for part in parts))

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({self.sql}) AS t", self.params)  # noqa: S608
            return int(cursor.fetchone()[0])


def _gathers(part: Mapping[str, Any]) -> bool:
    return part["Node Type"] == "Bitmap Heap Scan" or any(_gathers(inner) for inner in part.get("Plans", ()))


def counting(queryset: QuerySet[Any, Any], along: Order | None = None) -> Counting | None:
    """The count of these rows, `along` an order that an index has, where the first rows are to be enough.

    None where nothing can be found.
    """
    ordered = queryset.order_by(*(along.terms if along else ())).values("pk")
    try:
        return Counting(*ordered[: COUNTED + 1].query.sql_with_params())
    except EmptyResultSet:
        return None


def count(queryset: QuerySet[Any, Any], along: Order | None = None) -> int:
    """How many rows, counted no further than one above COUNTED."""
    asked = counting(queryset, along)
    return asked.count() if asked else 0


@dataclass(frozen=True)
class Found:
    """How many rows there are, as `count` counts, and the keys of the first of them: None when there are too many."""

    total: int
    keys: list[UUID] | None


def find(rows: QuerySet[Any], again: QuerySet[Any], orders: Mapping[Order, int], *, limit: int) -> Found:
    """Count and keys of the first page in one statement, which looks up only once what the rows must be like.

    `orders` has each order with how many rows there may be at most for it, fewest first. `again` are rows of the same
    model without those conditions: the statement gives what it found the name of their table. `rows` are `.values()`
    with every column that `again` and the orders look at.
    """
    try:
        sql, params = rows.order_by()[: COUNTED + 1].query.sql_with_params()
    except EmptyResultSet:
        return Found(0, [])
    cases, values = [], list(params)
    for order, most in orders.items():
        first, more = again.order_by(*order.whole).values("pk")[: limit + 1].query.sql_with_params()
        cases.append(f"WHEN n <= %s THEN ARRAY({first})")
        values += [most, *more]
    name = connection.ops.quote_name(rows.model._meta.db_table)
    counted = f"WITH {name} AS MATERIALIZED ({sql}), total AS (SELECT count(*) AS n FROM {name})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{counted} SELECT n, CASE {' '.join(cases)} END FROM total", values)  # noqa: S608
        return Found(*cursor.fetchone())
