"""A tree in plain words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any as Fact
from typing import cast

from talent.filters import catalogue, earth
from talent.filters.catalogue import Field, Names
from talent.filters.clock import Clock
from talent.filters.judge import Facts, local_day, share_of
from talent.filters.tree import All, Any, Condition, Near, Node, Not, Range, Rated, Share, Span, Times

GONE = "something deleted"
MOST_SHOWN = 8  # actual values that are told one by one
_SLOT = re.compile(r"\{([a-z ]+)\}")


def day(value: date) -> str:
    """A date as people read it: 3 Dec 2025."""
    return f"{value.day} {value:%b %Y}"


def _joined(parts: Sequence[str], word: str) -> str:
    return f" {word} ".join(parts)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def labels(field: Field, values: Sequence[object], names: Names) -> list[str]:
    """The names of values; those that no longer exist are said to be gone."""
    known = names.of(field)
    return names.spell(field, values) if known is None else [known.get(str(v), GONE) for v in values]


def _length(span: int | Span) -> str:
    if isinstance(span, int):
        return _plural(span, "day")
    return _plural(span.count, span.unit.removesuffix("s"))


def _span(name: str, span: int | Span, clock: Clock | None) -> str:
    """A length of time and, with a clock, the day that it begins or ends at."""
    text = f"{_length(span)} ago" if name == "ago" else _length(span)
    if clock is None:
        return text
    if name == "ahead":
        return f"{text} (until {day(clock.day_ahead(span))})"
    return f"{text} ({'before' if name == 'ago' else 'since'} {day(clock.day_ago(span))})"


def number(value: object) -> str:
    """A number as people write it: 3, 2.5."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else f"{value}"


def _amount(field: Field, value: object) -> str:
    """A number with what it counts, if its field says so: 1 year, 2.5 years."""
    text = number(value)
    return text if not field.unit else f"{text} {field.unit}" if value == 1 else f"{text} {field.unit}s"


def _one(value: object) -> str:
    return day(value) if isinstance(value, date) else number(value)


def _rating(field: Field, op: str, least: float) -> str:
    if op == "for_years":
        return f"{number(least)} year" if least == 1 else f"{number(least)} years"
    named = {c.value: c.label for c in field.rating_names()} if field.rating_names else {}
    return named.get(number(least), number(least))


def _values(name: str, field: Field, values: Sequence[object], names: Names) -> str:
    words = labels(field, values, names)
    if name.startswith("quoted "):
        words = [f"“{w}”" for w in words]
    return _joined(words, "and" if name.endswith("and") else "or")


def _slot(name: str, condition: Condition, names: Names, clock: Clock | None) -> str:
    """One gap of a phrase, filled from the condition's value."""
    value, field = condition.value, catalogue.field(condition.field)
    match value:
        case Times(times, days):
            return _plural(times, field.unit or "time") if name == "times" else _span(name, days, clock)
        case Near(place, km):
            return f"{number(km)} km of {place}"
        case Share(experiment, percent):
            return f"{percent} %" if name == "percent" else f"“{experiment}”"
        case Rated(values, least):
            return _rating(field, condition.op, least) if name == "least" else _values(name, field, values, names)
        case Range(low, high):
            return f"{_one(low)} and {_one(high)}"
        case tuple():
            return _values(name, field, value, names)
        case date():
            return day(value)
        case str():
            return labels(field, [value], names)[0] if name == "value" else f"“{value}”"
        case None:
            return ""
        case _:
            return _amount(field, value) if name == "number" else _span(name, cast("int | Span", value), clock)


def phrase(condition: Condition, names: Names, clock: Clock | None = None) -> str:
    """One condition, as it follows “People ...”. With a clock, relative days show the date they begin at."""
    says = catalogue.field(condition.field).says[condition.op]
    return _SLOT.sub(lambda found: _slot(found[1], condition, names, clock), says)


def _inner(node: Node, names: Names, clock: Clock | None) -> str:
    """A node inside another: groups in brackets, so that "and" and "or" cannot be misread."""
    match node:
        case Condition():
            return phrase(node, names, clock)
        case Not(inner):
            return f"not {_bracketed(inner, names, clock)}"
        case All(nodes):
            parts = [_atom(one, names, clock) for one in nodes]
            return f"({_joined(parts, 'and')})" if len(parts) > 1 else parts[0]
        case Any(nodes):
            parts = [_atom(one, names, clock) for one in nodes]
            return f"({_joined(parts, 'or')})" if len(parts) > 1 else parts[0]


def _bracketed(node: Node, names: Names, clock: Clock | None) -> str:
    text = _inner(node, names, clock)
    return text if text.startswith("(") else f"({text})"


def _atom(node: Node, names: Names, clock: Clock | None) -> str:
    """Inside a bracket, a condition with several values gets brackets around them."""
    if not isinstance(node, Condition) or not isinstance(node.value, tuple) or len(node.value) < 2:
        return _inner(node, names, clock)
    says = catalogue.field(node.field).says[node.op]
    return _SLOT.sub(lambda found: f"({_slot(found[1], node, names, clock)})", says)


def say(node: Node, names: Names | None = None, clock: Clock | None = None) -> str:
    """The whole tree: "People in Germany or Austria, with Python or Go, and not contacted in the last 90 days".

    Share `names` between several trees to read the names of tags, pools and owners once. With a clock, relative days
    show the date they begin at, in its zone.
    """
    names = names or Names()
    if not isinstance(node, All | Any):
        return f"People {_inner(node, names, clock)}"
    if not node.nodes:
        return "Everybody"
    word = "and" if isinstance(node, All) else "or"
    parts = [_inner(one, names, clock) for one in node.nodes]
    if len(parts) == 1:
        return f"People {parts[0]}"
    comma = "," if any(f" {w} " in p for p in parts for w in ("and", "or")) or len(parts) > 2 else ""
    return f"People {', '.join(parts[:-1])}{comma} {word} {parts[-1]}"


# --- actual values


def _moments(found: Sequence[datetime], days: int, clock: Clock) -> str:
    since = clock.ago(days)
    return f"{_plural(sum(at >= since for at in found), 'time')} since {day(since.date())}"


def _away(condition: Condition, found: Sequence[tuple[float, float]]) -> str:
    circle = earth.circle(condition.value) if isinstance(condition.value, Near) else None
    if not found or circle is None:
        return "place known" if found else "place unknown"
    return f"about {circle.distance(*found[0]):,.0f} km away"


def _listed(words: Sequence[str], nothing: str) -> str:
    shown = list(dict.fromkeys(words))
    more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
    return ", ".join(shown[:MOST_SHOWN]) + more or nothing


def actual(condition: Condition, facts: Facts, names: Names, clock: Clock) -> str:
    """What is true of the person at this leaf, in words."""
    field = catalogue.field(condition.field)
    if field.is_long:
        op, _ = catalogue.positive(field, condition.op)
        found = "found" if op != "is_not_empty" else "there"
        return found if facts[condition] else f"not {found}"
    if field.type == "share":
        drawn = share_of(cast(Share, condition.value).experiment, facts["pk"])
        return f"drew {drawn + 1} of 100"
    return _actual(field, condition, facts[field.name], names, clock) + _rated(field, condition, facts, names)


def _rated(field: Field, condition: Condition, facts: Facts, names: Names) -> str:
    if not isinstance(condition.value, Rated):
        return ""
    pairs = facts[f"{field.name}_{field.ratings[condition.op]}"]
    words = labels(field, [key for key, _ in pairs], names)
    rated = [
        f"{word}: {_rating(field, condition.op, v)}" for word, (_, v) in zip(words, pairs, strict=True) if v is not None
    ]
    return f" ({', '.join(rated)})" if rated else ""


def _actual(field: Field, condition: Condition, value: Sequence[Fact], names: Names, clock: Clock) -> str:
    match field.type:
        case "flag":
            return "yes" if value else "no"
        case "answer":
            return ("yes" if value[0] else "no") if value else "unknown"
        case "moment":
            return _listed([day(local_day(at, clock)) for at in value], "never")
        case "number":
            shown = [field.shown(v, clock) if field.shown else v for v in value]
            return _listed([number(v) for v in shown], "unknown")
        case "events":
            asked = condition.value
            return _moments(value, asked.days if isinstance(asked, Times) else cast(int, asked), clock)
        case "scale" if field.steps:
            steps = field.steps(clock)
            return _listed(labels(field, [bisect_right(steps, v) for v in value], names), "unknown")
        case "near":
            return _away(condition, value)
        case kind:
            shown_as = catalogue.field(field.shown_as) if field.shown_as else field
            return _listed(labels(shown_as, value, names), "none" if kind == "keys" or field.rows else "unknown")
