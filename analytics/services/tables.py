"""The one shape of every metric's answer: a table of whole numbers, each with the list behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Behind:
    """The list that a number counts: which one, and its filters as they stand in an address."""

    list: Literal["message-list", "newcomer-list", "member-list"]
    filters: Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """A number. `of` is what it is a part of, where a share makes sense."""

    value: int
    behind: Behind | None = None
    of: int | None = None


@dataclass(frozen=True)
class Column:
    """One series. `definition` says how it is counted, where the metric's own definition does not."""

    name: str
    label: str
    definition: str = ""


@dataclass(frozen=True)
class Row:
    """One line: a template, a week, ..."""

    key: str
    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """Columns and rows; every row has one cell for each column."""

    head: str
    columns: Sequence[Column]
    rows: Sequence[Row] = field(default=())
