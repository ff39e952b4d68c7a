"""Keyset pages: `?after=<key>` of the last row shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest

Row = TypeVar("Row")


def read_key(text: str) -> UUID | None:
    """A key from an address; none when there is none, Http404 when it is not one."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404("There is nothing at this address.") from error


def after(request: HttpRequest) -> UUID | None:
    return read_key(request.GET.get("after", ""))


def split(rows: Sequence[Row], size: int) -> tuple[Sequence[Row], Row | None]:
    """The page out of size + 1 rows, and its last row when others follow."""
    return (rows[:size], rows[size - 1]) if len(rows) > size else (rows, None)
