"""A tree as a query over the fenced candidates.

Every leaf is true or false, never unknown: a missing value does not match, and so it matches under "not". Leaves on
columns rest on the candidate's indexes (GIN for skills, tags and titles), leaves on other tables are EXISTS.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Expression
from django.db.models.lookups import Contains

from talent.filters import catalogue
from talent.filters.catalogue import Field
from talent.filters.clock import Clock
from talent.filters.tree import All, Any, Condition, Node, Not, Times
from talent.models import FencedCandidate


def plain(expression: Expression | F) -> Func:
    """Without case and accents, as the trigram indexes keep it."""
    return Func(expression, function="app.plain", output_field=TextField())


def _values(condition: Condition) -> list[str]:
    return list(cast("tuple[str, ...]", condition.value))


def is_nullable(field: Field) -> bool:
    """Is the field's column NULL when unknown (else it is an empty text)?"""
    return bool(FencedCandidate._meta.get_field(field.column).null)


def keys_wanted(field: Field, condition: Condition) -> list[str | UUID]:
    """The values of a `keys` condition as the array holds them."""
    return [UUID(v) if field.ids else field.normal(v) for v in _values(condition)]


def _keys(field: Field, condition: Condition, clock: Clock) -> Q:
    if condition.op in ("is_empty", "is_not_empty"):
        empty = Q(**{field.column: []})
        return empty if condition.op == "is_empty" else ~empty
    wanted = keys_wanted(field, condition)
    if condition.op == "is_all_of":
        return Q(**{f"{field.column}__contains": wanted})
    any_of = Q(**{f"{field.column}__overlap": wanted})
    return any_of if condition.op == "is_any_of" else ~any_of


def _has_words(field: Field, phrase: str) -> Q:
    """Each word of the phrase occurs, in any order; case and accents do not count."""
    found = Q()
    for word in phrase.split():
        found &= Q(Contains(plain(F(field.column)), plain(Value(word))))
    return found


def _words(field: Field, condition: Condition, clock: Clock) -> Q:
    if condition.op in ("is_empty", "is_not_empty"):
        empty = Q(**{field.column: ""})
        return empty if condition.op == "is_empty" else ~empty
    if condition.op == "contains":
        return _has_words(field, str(condition.value))
    any_of = Q()
    for phrase in _values(condition):
        any_of |= _has_words(field, phrase)
    return any_of if condition.op == "contains_any" else ~any_of


def _choice(field: Field, condition: Condition, clock: Clock) -> Q:
    empty = Q(**{f"{field.column}__isnull": True}) if is_nullable(field) else Q(**{field.column: ""})
    if condition.op in ("is_empty", "is_not_empty"):
        return empty if condition.op == "is_empty" else ~empty
    any_of = Q(**{f"{field.column}__in": _values(condition)})
    any_of = any_of & ~empty if is_nullable(field) else any_of
    return any_of if condition.op == "is_any_of" else ~any_of


def bound(condition: Condition, clock: Clock) -> datetime:
    """The moment that a condition on a moment compares with."""
    if isinstance(condition.value, date):
        return clock.midnight(condition.value)
    return clock.days_ago(cast(int, condition.value))


def _moment(field: Field, condition: Condition, clock: Clock) -> Q:
    known = Q(**{f"{field.column}__isnull": False})
    if condition.op in ("is_empty", "is_not_empty"):
        return known if condition.op == "is_not_empty" else ~known
    at = bound(condition, clock)
    since = known & Q(**{f"{field.column}__gte": at})
    match condition.op:
        case "in_last" | "on_or_after":
            return since
        case "not_in_last":
            return ~since
        case _:
            return known & Q(**{f"{field.column}__lt": at})


def _flag(field: Field, condition: Condition, clock: Clock) -> Q:
    there = Q(Exists(field.related().filter(candidate_id=OuterRef("pk"))))
    return there if condition.op == "is_true" else ~there


def _membership(field: Field, condition: Condition, clock: Clock) -> Q:
    rows = field.related().filter(candidate_id=OuterRef("pk"))
    if condition.op in ("is_any_of", "is_none_of"):
        rows = rows.filter(**{f"{field.key}__in": _values(condition)})
    there = Q(Exists(rows))
    return there if condition.op in ("is_any_of", "is_not_empty") else ~there


def _events(field: Field, condition: Condition, clock: Clock) -> Q:
    asked = condition.value if isinstance(condition.value, Times) else Times(1, cast(int, condition.value))
    rows = field.related().filter(occurred_at__gte=clock.days_ago(asked.days))
    if asked.times == 1:
        there = Q(Exists(rows.filter(candidate_id=OuterRef("pk"))))
    else:
        often = rows.order_by().values("candidate_id").annotate(times=Count("pk")).filter(times__gte=asked.times)
        there = Q(pk__in=often.values("candidate_id"))
    return there if condition.op == "at_least" else ~there


LEAVES: dict[str, Callable[[Field, Condition, Clock], Q]] = {
    "keys": _keys,
    "words": _words,
    "choice": _choice,
    "moment": _moment,
    "flag": _flag,
    "membership": _membership,
    "events": _events,
}


def where(node: Node, clock: Clock) -> Q:
    """The tree as a condition on `FencedCandidate`."""
    match node:
        case All(nodes):
            every = Q()
            for one in nodes:
                every &= where(one, clock)
            return every
        case Any(nodes):
            some = Q(pk__in=[])
            for one in nodes:
                some |= where(one, clock)
            return some
        case Not(inner):
            return ~where(inner, clock)
        case Condition():
            field = catalogue.fields[node.field]
            return LEAVES[field.type](field, node, clock)


def candidates(tree: Node, now: datetime, zone: ZoneInfo) -> QuerySet[FencedCandidate]:
    """The people of the current tenant who match, unordered.

    `now` is an aware moment; "days" are whole days of `zone`, the tenant's: "in the last 7 days" begins at midnight
    seven days ago. Raises TenantError outside `with tenant(...)`.
    """
    return FencedCandidate.objects.filter(where(tree, Clock(now, zone)))
