"""How a table is shown: addresses for the lists behind its numbers, shares only where they mean something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from analytics.services.tables import Behind, Cell, Column, Table

SMALLEST_BASE = 10  # below, a percentage would sound like more than it is
MOST_SERIES = 6  # more lines than that nobody can tell apart
OTHERS = "All others"


@dataclass(frozen=True)
class Number:
    """A number with its column's label, the way to its list, and its share in words ("" for none)."""

    label: str
    value: int
    url: str
    share: str = ""


def share(cell: Cell) -> str:
    """`25 % of 40`; below SMALLEST_BASE only `of 8`; nothing for what is no part."""
    if cell.of is None:
        return ""
    return f"{round(100 * cell.value / cell.of)} % of {cell.of}" if cell.of >= SMALLEST_BASE else f"of {cell.of}"


def address(behind: Behind | None, slug: str) -> str:
    """Where the list behind a number is."""
    return f"{reverse(f'analytics:{behind.list}', args=[slug])}?{urlencode(behind.filters)}" if behind else ""


def number(column: Column, cell: Cell, slug: str) -> Number:
    return Number(column.label, cell.value, address(cell.behind, slug) if cell.value else "", share(cell))


def lines(table: Table, slug: str) -> list[dict[str, Any]]:
    """The rows for a page: label, and numbers that lead somewhere."""
    return [
        {"label": row.label, "numbers": [number(*pair, slug) for pair in zip(table.columns, row.cells, strict=True)]}
        for row in table.rows
    ]


def turned(table: Table, slug: str) -> list[dict[str, Any]]:
    """Rows for tables by week: one line for each series, its first and last number, and the change."""
    if not table.rows:
        return []
    first, last = table.rows[0].cells, table.rows[-1].cells
    return [
        {
            "label": column.label,
            "key": column.name,
            "first": number(column, first[at], slug),
            "last": number(column, last[at], slug),
            "change": last[at].value - first[at].value,
            "total": sum(row.cells[at].value for row in table.rows),
        }
        for at, column in enumerate(table.columns)
    ]


def figure(table: Table, *, sums: bool) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows for `{% chart %}`: the first MOST_SERIES series, and with `sums` the rest as one."""
    rest = table.columns[MOST_SERIES:]
    heads = [table.head, *(c.label for c in table.columns[:MOST_SERIES]), *([OTHERS] if rest and sums else [])]
    return heads, [_points(row.label, row.cells, bool(rest) and sums) for row in table.rows]


def _points(label: str, cells: Sequence[Cell], has_rest: bool) -> list[Any]:
    rest = [sum(c.value for c in cells[MOST_SERIES:])] if has_rest else []
    return [label, *(c.value for c in cells[:MOST_SERIES]), *rest]
