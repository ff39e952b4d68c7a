"""One condition as a condition of the database.

Every leaf is true or false, never unknown: a missing value does not match, and so it matches the opposite.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any as Fact
from typing import cast
from uuid import UUID

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, EndsWith, Exact, In, LessThan, StartsWith

from talent.filters import catalogue, earth
from talent.filters.catalogue import Field
from talent.filters.clock import Clock
from talent.filters.tree import Condition, Near, Range, Rated, Share, Span, Times
from talent.models import FencedCandidate

Leaf = Callable[[Field, str, Condition, Clock], Q]
NOBODY = Q(pk__in=[])


def plain(expression: Combinable) -> Func:
    """Without case and accents, as the trigram indexes keep it."""
    return Func(expression, function="app.plain", output_field=TextField())


def values_of(condition: Condition) -> list[str]:
    return list(cast("tuple[str, ...]", condition.value))


def is_nullable(field: Field) -> bool:
    """Is the field's column NULL when unknown (else it is an empty text)?"""
    return field.rows is None and bool(FencedCandidate._meta.get_field(field.column).null)


def keys_wanted(field: Field, chosen: tuple[str, ...]) -> list[str | UUID]:
    """Chosen keys as the array holds them, other names of a thing included."""
    if field.ids:
        return [UUID(v) for v in chosen]
    read = field.canonical
    other = catalogue.remembered(f"other names: {read.__qualname__}", read) if read else {}
    return list(dict.fromkeys(other.get(key, key) for key in map(field.normal, chosen)))


def _keys(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    if op == "is_not_empty":
        return ~Q(**{field.column: []})
    wanted = keys_named(field, condition)
    return with_keys(field, op, wanted) & rated_well(field, op, condition, wanted, clock)


def keys_named(field: Field, condition: Condition) -> list[str | UUID]:
    value = condition.value
    return keys_wanted(field, value.values if isinstance(value, Rated) else tuple(values_of(condition)))


def with_keys(field: Field, op: str, wanted: list[str | UUID]) -> Q:
    return Q(**{f"{field.column}__{'contains' if op == 'is_all_of' else 'overlap'}": wanted})


def rated_well(field: Field, op: str, condition: Condition, wanted: list[str | UUID], clock: Clock) -> Q:
    """Some row says of one of the keys that it is as good as asked; everybody, where nothing is asked of that."""
    if not isinstance(condition.value, Rated):
        return Q()
    asked = {f"{field.rating_key}__in": wanted, f"{field.ratings[op]}__gte": condition.value.least}
    return Q(Exists(field.related(clock).filter(candidate_id=OuterRef("pk"), **asked)))


def has_words(column: str, phrase: str) -> Q:
    """Each word of the phrase occurs, in any order; case and accents do not count."""
    return reduce(operator.and_, (Q(Contains(plain(F(column)), plain(Value(w)))) for w in phrase.split()))


_COMPARED: dict[str, type[Fact]] = {"is": Exact, "starts": StartsWith, "ends": EndsWith}


def _words(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    column, value = field.column, condition.value
    match op:
        case "is_not_empty":
            return ~Q(**{column: ""})
        case "contains":
            return has_words(column, str(value))
        case "contains_any":
            return reduce(operator.or_, (has_words(column, phrase) for phrase in values_of(condition)))
        case "is_any_of":
            return Q(In(plain(F(column)), [plain(Value(v)) for v in values_of(condition)]))
        case _:
            return Q(_COMPARED[op](plain(F(column)), plain(Value(str(value)))))


def _choice(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    if op == "is_not_empty":
        return Q(**{f"{field.column}__isnull": False}) if is_nullable(field) else ~Q(**{field.column: ""})
    wanted = field.expanded(tuple(values_of(condition)))
    return Q(**{f"{field.column}__{'overlap' if field.is_array else 'in'}": wanted})


_SCALES = {"at_least": "gte", "at_most": "lte"}


def _stepped(field: Field, op: str, condition: Condition, steps: Sequence[float]) -> Q:
    """Levels that are ranges of a number."""

    def between(low: int, high: int) -> Q:
        bounds = {"gte": steps[low - 1] if low > 0 else None, "lt": steps[high] if high < len(steps) else None}
        given = {name: at for name, at in bounds.items() if at is not None}
        # Everybody is said by a condition as well: the opposite of an empty one would be everybody again.
        return Q(**{f"{field.column}__{name}": at for name, at in (given or {"isnull": False}).items()})

    if op == "at_least":
        return between(int(str(condition.value)), len(steps))
    if op == "at_most":
        return between(0, int(str(condition.value)))
    return reduce(operator.or_, (between(int(v), int(v)) for v in values_of(condition)))


def _scale(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    if field.steps:
        return _stepped(field, op, condition, field.steps(clock))
    if op == "is_not_empty":
        return Q(**{f"{field.column}__isnull": False})
    if op in _SCALES:
        return Q(**{f"{field.column}__{_SCALES[op]}": int(str(condition.value))})
    return Q(**{f"{field.column}__in": [int(v) for v in values_of(condition)]})


_NUMBERS = {"eq": "exact", "lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}


def stored(field: Field, value: object, clock: Clock) -> float | Decimal:
    """A number as its column keeps it."""
    return field.bound(cast(float, value), clock) if field.bound else cast(float, value)


def _number(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    value = condition.value
    if op == "is_not_empty":
        return Q(**{f"{field.column}__isnull": False})
    if isinstance(value, Range):
        low, high = stored(field, value.low, clock), stored(field, value.high, clock)
        return Q(**{f"{field.column}__gte": low, f"{field.column}__lte": high})
    return Q(**{f"{field.column}__{_NUMBERS[op]}": stored(field, value, clock)})


def edges(field: Field, op: str, value: object, clock: Clock) -> tuple[datetime | date | None, datetime | date | None]:
    """The half-open interval, [from, before), that a condition on a moment asks for; None where it is open."""

    def begin(day: date) -> datetime | date:
        return day if field.dated else clock.midnight(day)

    def end(day: date) -> datetime | date:
        return clock.after(day).date() if field.dated else clock.after(day)

    span = cast("int | Span", value)
    match op:
        case "in_last":
            return begin(clock.day_ago(span)), end(clock.today) if field.dated else None
        case "more_than_ago":
            return None, begin(clock.day_ago(span))
        case "in_next":
            return begin(clock.today), end(clock.day_ahead(span))
        case "on_or_after":
            return begin(cast(date, value)), None
        case "before":
            return None, begin(cast(date, value))
        case _:
            both = cast(Range, value)
            return begin(cast(date, both.low)), end(cast(date, both.high))


def _moment(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    if op == "is_not_empty":
        return Q(**{f"{field.column}__isnull": False})
    if op == "anniversary":
        return _anniversary(field, cast(int, condition.value), clock)
    low, high = edges(field, op, condition.value, clock)
    bounds = {f"{field.column}__gte": low, f"{field.column}__lt": high}
    return Q(**{name: at for name, at in bounds.items() if at is not None})


def _anniversary(field: Field, days: int, clock: Clock) -> Q:
    at: Combinable = F(field.column)
    if not field.dated:
        at = Func(Value(str(clock.zone)), at, function="timezone")
    day = Func(at, Value("MM-DD"), function="to_char", output_field=TextField())
    return Q(**{f"{field.column}__isnull": False}) & Q(In(day, clock.anniversaries(days)))


def _flag(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    return Q()


def _answer(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    if op == "is_not_empty":
        return Q(**{f"{field.column}__isnull": False})
    return Q(**{field.column: op == "is_true"})


def _often(field: Field, times: int, days: int, clock: Clock) -> Q:
    """At least so many times; everybody when that is none."""
    if times == 0:
        return Q()
    rows = field.related(clock).filter(occurred_at__gte=clock.ago(days))
    if times == 1:
        return Q(Exists(rows.filter(candidate_id=OuterRef("pk"))))
    often = rows.order_by().values("candidate_id").annotate(times=Count("pk")).filter(times__gte=times)
    return Q(pk__in=often.values("candidate_id"))


def _events(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    if not isinstance(condition.value, Times):
        return ~_often(field, 1, cast(int, condition.value), clock)
    times, days = condition.value.times, condition.value.days
    if op == "at_least":
        return _often(field, times, days, clock)
    not_more = ~_often(field, times + 1, days, clock)
    return not_more if op == "at_most" else _often(field, times, days, clock) & not_more


def _near(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    if op == "is_not_empty":
        return Q(latitude__isnull=False, longitude__isnull=False)
    circle = earth.circle(cast(Near, condition.value))
    return circle.where() if circle else NOBODY


def _share(field: Field, op: str, condition: Condition, clock: Clock) -> Q:
    """`share_of` in SQL: a number from 0 to 99 out of the person and the experiment."""
    share = cast(Share, condition.value)
    drawn = Func(
        Value(f"{share.experiment}:"),
        Cast(F("pk"), TextField()),
        template="mod(('x' || substr(md5(%(expressions)s), 1, 7))::bit(28)::int, 100)",
        arg_joiner=" || ",
        output_field=IntegerField(),
    )
    return Q(LessThan(drawn, share.percent))


LEAVES: dict[str, Leaf] = {
    "keys": _keys,
    "words": _words,
    "choice": _choice,
    "scale": _scale,
    "number": _number,
    "moment": _moment,
    "flag": _flag,
    "answer": _answer,
    "events": _events,
    "near": _near,
    "share": _share,
}
# Types that look at the person or count rows themselves; the others ask one row of the field's table.
_WHOLE = ("keys", "events", "near", "share")


def _in_some_row(field: Field, condition: Condition, op: str, clock: Clock) -> Q:
    rows = field.related(clock).filter(candidate_id=OuterRef("pk"))
    if op == "is_all_of":
        each = (Condition(condition.field, "is_any_of", (value,)) for value in values_of(condition))
        return reduce(operator.and_, (_in_some_row(field, one, "is_any_of", clock) for one in each))
    if op == "is_not_empty" and field.type in ("choice", "flag"):
        return Q(Exists(rows))
    return Q(Exists(rows.filter(LEAVES[field.type](field, op, condition, clock))))


def leaf(condition: Condition, clock: Clock, truth: bool = True) -> Q:
    """Everybody of whom the condition is `truth`."""
    field = catalogue.field(condition.field)
    op, holds = catalogue.positive(field, condition.op)
    if field.rows is not None and field.type not in _WHOLE:
        found = _in_some_row(field, condition, op, clock)
        return found if holds is truth else ~found
    found = LEAVES[field.type](field, op, condition, clock)
    if holds is truth:
        return found
    if field.type == "moment" and op == "in_last" and not field.dated:
        return Q(**{f"{field.column}__lt": clock.ago(cast("int | Span", condition.value))}) | Q(
            **{f"{field.column}__isnull": True}
        )
    return ~found
