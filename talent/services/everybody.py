"""Everybody, a page at a time, as programs read it: rows are the database's own JSON, page and count one statement.

Nothing is asked but an order, so the questions are made once for each order and size of page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import models
from django.db.models import QuerySet

from crm import paging, together
from crm.paging import Order
from crm.questions import as_key
from crm.together import Count, One, Word
from talent.models import FencedCandidate
from talent.services import listing

SIZES = (10, 25, 50, 100, 200)  # of what is asked for; a page of another size is cut out of the next larger one
KEYS, TOUCHED = ("source_id", "owner_id"), ("last_contacted_at", "last_replied_at")


@dataclass(frozen=True)
class People:
    """A page: rows with plain values, the cursor of the next one, and how many there are, up to 10,001."""

    rows: list[dict[str, Any]]
    after: str
    total: int


@dataclass(frozen=True)
class _Asks:
    page: One
    total: Count


MOMENTS = {field.attname for field in FencedCandidate._meta.concrete_fields if isinstance(field, models.DateTimeField)}
# A moment in the words of `isoformat`: microseconds in full, or not at all.
_MOMENT = """to_char({name} AT TIME ZONE 'UTC', CASE WHEN {name} = date_trunc('second', {name})
 THEN 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"' END) AS {name}"""


def _json(rows: QuerySet[Any, Any], columns: Sequence[str]) -> One:
    sql, params = rows.query.sql_with_params()
    read = ", ".join(_MOMENT.format(name=name) if name in MOMENTS else name for name in columns)
    page = f"SELECT {read} FROM ({sql}) AS t"  # noqa: S608
    return One(f"SELECT coalesce(json_agg(row_to_json(r)), '[]')::text FROM ({page}) AS r", tuple(params))  # noqa: S608


@together.planned
def _asks(sort: str, of: tuple[str, ...], limit: int, value: datetime | Word | None, key: UUID | None) -> _Asks:
    order, people = listing.ORDERS[sort], FencedCandidate.objects.all()
    columns = listing.Cut(of).columns_for(order)
    rows = people.order_by(*order.terms).values(*columns)
    if order.nullable:
        rows = rows.filter(**{f"{order.column}__isnull": False})
    page = (rows.filter(paging.later(order, value, key)) if key else rows)[: limit + 1]
    return _Asks(_json(page, columns), Count(people, most=paging.COUNTED + 1))


def _place(order: Order, after: str) -> tuple[datetime | Word | None, UUID | None] | None:
    """What the page begins after, or None where that cannot be filled into a question."""
    if not after:
        return None, None
    value, key = paging.place(after, order)
    if isinstance(value, str):
        return Word(value), key
    return (value, key) if isinstance(value, datetime) else None


def lines(sort: str, *, after: str, limit: int) -> People | None:
    """The same as `page` with what lines of the list are made of: keys and moments instead of texts."""
    found = page(sort, after=after, limit=limit, columns=listing.LINE)
    for row in found.rows if found else ():
        row["pk"] = as_key(row["pk"])
        row["tag_ids"] = [as_key(one) for one in row["tag_ids"]]
        row |= {name: as_key(row[name]) for name in KEYS if row[name]}
        row |= {name: datetime.fromisoformat(row[name]) for name in TOUCHED if row[name]}
    return found


def page(sort: str, *, after: str, limit: int, columns: tuple[str, ...] = listing.COLUMNS) -> People | None:
    """A page in one of the orders; None where it must be asked for in the usual way: among empty values, and in the
    order of a number. Raises BadCursor.
    """
    order = listing.ORDERS[sort]
    place = _place(order, after)
    if place is None:
        return None
    asks = _asks(sort, columns, next((size for size in SIZES if size >= limit), limit), *place)
    together.fetch([asks.page, asks.total])
    rows = orjson.loads(together.one(asks.page))
    if order.nullable and len(rows) <= limit:
        return None
    more = len(rows) > limit
    del rows[limit:]
    return People(rows, paging.cursor(rows[-1], order) if more else "", together.count(asks.total))
