"""Everybody, a page at a time, as programs read it: rows are the database's own JSON, page and count one statement.

Nothing is asked but an order, so the questions are made once for each order and size of page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet

from crm import paging, together
from crm.paging import Order
from crm.together import One, Word
from talent.models import FencedCandidate
from talent.services import listing


@dataclass(frozen=True)
class People:
    """A page: rows with plain values, the cursor of the next one, and how many there are, up to 10,001."""

    rows: list[dict[str, Any]]
    after: str
    total: int


@dataclass(frozen=True)
class _Asks:
    page: One
    total: One


def _json(rows: QuerySet[Any, Any]) -> One:
    sql, params = rows.query.sql_with_params()
    return One(f"SELECT coalesce(json_agg(row_to_json(t)), '[]')::text FROM ({sql}) AS t", tuple(params))  # noqa: S608


@together.planned
def _asks(sort: str, limit: int, value: datetime | Word | None, key: UUID | None) -> _Asks:
    order, people = listing.ORDERS[sort], FencedCandidate.objects.all()
    counted, params = people.order_by().values("pk")[: paging.COUNTED + 1].query.sql_with_params()
    total = One(f"SELECT count(*)::text FROM ({counted}) AS t", tuple(params))  # noqa: S608
    rows = people.order_by(*order.terms).values(*listing.columns_for(order))
    if order.nullable:
        rows = rows.filter(**{f"{order.column}__isnull": False})
    return _Asks(_json((rows.filter(paging.later(order, value, key)) if key else rows)[: limit + 1]), total)


def _place(order: Order, after: str) -> tuple[datetime | Word | None, UUID | None] | None:
    """What the page begins after, or None where that cannot be filled into a question."""
    if not after:
        return None, None
    value, key = paging.place(after, order)
    if isinstance(value, str):
        return Word(value), key
    return (value, key) if isinstance(value, datetime) else None


def page(sort: str, *, after: str, limit: int) -> People | None:
    """A page in one of the orders; None where it must be asked for in the usual way: among empty values, and in the
    order of a number. Raises BadCursor.
    """
    order = listing.ORDERS[sort]
    place = _place(order, after)
    if place is None:
        return None
    asks = _asks(sort, limit, *place)
    together.fetch([asks.page, asks.total])
    rows = orjson.loads(together.one(asks.page))
    if order.nullable and len(rows) <= limit:
        return None
    more = len(rows) > limit
    del rows[limit:]
    return People(rows, paging.cursor(rows[-1], order) if more else "", int(together.one(asks.total)))
