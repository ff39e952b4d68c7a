"""What the index of words is asked.

The words in it begin with a mark of their tenant, so that a search meets its own tenant's people alone, however many
others have the same words, and no list of all the tenant's people has to be met with each word's. Where words stand is
not in the index: of a phrase it knows that all the words are there, and of what must not be there nothing. What it
finds is then what may match; `is_whole` says when that is all that is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any

from django.db.models import BooleanField, Case, F, Func, Q, TextField, Value, When
from django.db.models.expressions import Expression

from crm.tenancy.context import current_tenant_id
from talent.search.grammar import Both, Either, Near, Node, Without, Word

TsQuery = Expression
Say = Callable[[Word], TsQuery]
Glue = Callable[[str, list[TsQuery]], TsQuery]


class Way(Enum):
    """How people with words are looked for.

    RARE: the index leads. The planner does not know that the mark says the tenant already: where it expects many, it
    fetches the list of all the tenant's people from another index as well, to meet the two. So it is asked twice over
    for what is only known when it runs, which nobody expects many of; the second time costs the index next to nothing.
    COMMON: the planner knows, and may begin with another condition.
    WALKED: each person who comes by is looked at; whoever walks along an order meets enough of them soon.
    """

    RARE = "rare"
    COMMON = "common"
    WALKED = "walked"


_way: ContextVar[Way] = ContextVar("way", default=Way.RARE)


@contextmanager
def going(way: Way) -> Iterator[None]:
    """Conditions that are made inside look for people in that way. Who is found is the same."""
    token = _way.set(way)
    try:
        yield
    finally:
        _way.reset(token)


def is_whole(node: Node) -> bool:
    """Is a tree answered by the index alone: one word of plain letters and digits everywhere, and no "not"?"""
    match node:
        case Word(text):
            return text.isascii() and text.isalnum()
        case Near() | Without():
            return False
        case Both(nodes) | Either(nodes):
            return all(map(is_whole, nodes))


def necessary(node: Node, say: Say, glue: Glue) -> TsQuery | None:
    """What must be there for a tree to be true; None when that is nothing."""
    match node:
        case Word():
            return say(node)
        case Near(left, right):
            return glue("&&", [say(left), say(right)])
        case Without():
            return None
        case Both(nodes):
            known = [one for one in (necessary(inner, say, glue) for inner in nodes) if one is not None]
            return glue("&&", known) if known else None
        case Either(nodes):
            asked = [necessary(inner, say, glue) for inner in nodes]
            known = [one for one in asked if one is not None]
            return glue("||", known) if len(known) == len(asked) else None


class _Twice(Func):
    template, arg_joiner = "(%(expressions)s))", " @@ (SELECT "
    output_field = BooleanField()

    def as_sql(self, *args: Any, **more: Any) -> tuple[str, tuple[Any, ...]]:
        said, params = super().as_sql(*args, **more)
        return f"({said} AND {said})", (*params, *params)


def _fits(words: Expression, query: TsQuery) -> Q:
    return Q(Func(words, query, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField()))


def holds(query: TsQuery) -> Q:
    """The people of the current tenant whose words fulfil a query, as far as the index knows."""
    if _way.get() is Way.WALKED:
        return _fits(F("search"), query)  # type: ignore[arg-type]
    words = Func(F("tenant"), F("search"), function="app.marked", output_field=TextField())
    marked = Func(Value(current_tenant_id()), query, function="app.marked_query", output_field=TextField())
    return _fits(words, marked) if _way.get() is Way.COMMON else Q(_Twice(words, marked))


def fulfils(query: TsQuery, needed: TsQuery | None) -> Q:
    """The same by each person's words, where they stand and what is not there included."""
    exactly = _fits(F("search"), query)  # type: ignore[arg-type]
    if needed is None or _way.get() is Way.WALKED:
        return exactly
    # Its share of all people counts once: whom the index finds nearly always fit.
    kept = Case(When(exactly, then=Value(True)), default=Value(False), output_field=BooleanField())
    return holds(needed) & Q(kept)
