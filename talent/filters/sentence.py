"""A tree in plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any as Fact
from typing import cast

from talent.filters import catalogue
from talent.filters.catalogue import Field, Names
from talent.filters.clock import Clock
from talent.filters.tree import All, Any, Condition, Node, Not, Times

GONE = "something deleted"
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
    return [str(v) if known is None else known.get(str(v), GONE) for v in values]


def _days(days: int, clock: Clock | None) -> str:
    text = _plural(days, "day")
    return f"{text} (since {day(clock.days_ago(days).date())})" if clock else text


def _slot(name: str, condition: Condition, names: Names, clock: Clock | None) -> str:
    """One gap of a phrase, filled from the condition's value."""
    value, field = condition.value, catalogue.fields[condition.field]
    if isinstance(value, Times):
        return _plural(value.times, "mail") if name == "times" else _days(value.days, clock)
    if isinstance(value, int):
        return _days(value, clock)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return f"“{value}”"
    words = labels(field, value or (), names)
    if name.startswith("quoted "):
        words = [f"“{w}”" for w in words]
    return _joined(words, "and" if name.endswith("and") else "or")


def phrase(condition: Condition, names: Names, clock: Clock | None = None) -> str:
    """One condition, as it follows “People ...”. With a clock, relative days show the date they begin at."""
    says = catalogue.fields[condition.field].says[condition.op]
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
    says = catalogue.fields[node.field].says[node.op]
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
    count = sum(at >= clock.days_ago(days) for at in found)
    return f"{_plural(count, 'time')} since {day(clock.days_ago(days).date())}"


def actual(condition: Condition, facts: dict[str, Fact], names: Names, clock: Clock) -> str:
    """What is true of the person at this leaf, in words."""
    field = catalogue.fields[condition.field]
    value = facts[field.name]
    match field.type:
        case "flag":
            return "yes" if value else "no"
        case "moment":
            return day(cast(datetime, value).astimezone(clock.zone).date()) if value else "never"
        case "events":
            asked = condition.value
            return _moments(value, asked.days if isinstance(asked, Times) else cast(int, asked), clock)
        case "keys" | "membership":
            return ", ".join(labels(field, value, names)) or "none"
        case _:
            return ", ".join(labels(field, [value], names)) if value else "unknown"
