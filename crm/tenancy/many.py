"""Many keys in one statement, as one value: a list of a thousand parameters takes longer to write than to answer."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import BooleanField, F, Func, Value


def array(keys: Iterable[UUID]) -> str:
    """Keys as PostgreSQL writes an array of them; the statement casts it: `%s::uuid[]`."""
    return f"{{{','.join(map(str, keys))}}}"


class Among(Func):
    """Whether a column has one of the keys of an array: each is looked up.

    For `= ANY` PostgreSQL 18 may skip through the index of something else, which is slower the more people there are.
    """

    template = "%(expressions)s::uuid[]))"
    arg_joiner = " IN (SELECT unnest("
    output_field = BooleanField()


def among(column: str, keys: Iterable[UUID]) -> Among:
    """A condition like `column__in=keys`, for many keys."""
    return Among(F(column), Value(array(keys)))
