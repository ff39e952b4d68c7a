"""Keyset pages of the API: `?limit=` and `?before=<id of the last row>`, answered as `{"results", "next"}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

USUAL, MOST = 50, 200
LIMIT = OpenApiParameter("limit", OpenApiTypes.INT, description=f"Rows of a page, {MOST} at most; {USUAL} without.")
BEFORE = OpenApiParameter("before", OpenApiTypes.UUID, description="The last row of the page before.")


def limit_of(request: Request) -> int:
    """How many rows one page shall have: 1 to 200, 50 unless told."""
    text = request.query_params.get("limit", str(USUAL))
    if not text.isascii() or not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= MOST:
        raise ValidationError({"limit": [f"Give a whole number from 1 to {MOST}."]})
    return int(text)


def one_of(request: Request, name: str, choices: Sequence[str]) -> str:
    """A value of the query that is one of these, or empty when it is not given."""
    value = request.query_params.get(name, "")
    if value and value not in choices:
        raise ValidationError({name: [f"One of: {', '.join(choices)}."]})
    return value


def uuid_of(request: Request, name: str) -> UUID | None:
    """A UUID of the query, or None when it is not given."""
    text = request.query_params.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise ValidationError({name: [f"“{text[:60]}” is not an id: give a UUID."]}) from error


YES, NO = ("true", "1"), ("false", "0")


def flag_of(request: Request, name: str) -> bool:
    """Whether the query says yes; not when it is not given."""
    value = request.query_params.get(name, "").lower()
    if value and value not in (*YES, *NO):
        raise ValidationError({name: ["Give true or false."]})
    return value in YES


def answer(request: Request, results: Sequence[Any], has_more: bool) -> dict[str, Any]:
    """One page of serialised rows, each with its `id`; `next` is the address of the page after it, or null."""
    address = None
    if has_more:
        query = request.query_params.copy()
        query["before"] = str(results[-1]["id"])
        address = f"{request.path}?{query.urlencode()}"
    return {"results": results, "next": address}
