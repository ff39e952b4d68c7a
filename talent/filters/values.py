"""The typed form of each kind of value, out of what a user or a machine wrote; ValueError with a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crm.keepable import is_keepable
from crm.unseen import one_line
from talent.filters.operators import Operator, ValueKind
from talent.filters.tree import MAX_VALUES, Near, Range, Rated, Share, Span, Times, Value
from talent.services import places

if TYPE_CHECKING:
    from talent.filters.catalogue import Field

MAX_TEXT = 200
MAX_DAYS = 3650
MAX_SPAN = {"months": 240, "years": 50}
MAX_TIMES = 1000
MAX_KM = 20_000
MAX_NUMBER = 1e15
MAX_RATING = 100  # levels end far below, years of practice hardly reach it
Known = Mapping[str, str] | None


def _whole(value: object, most: int, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"Give a whole number from {least} to {most}.")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError("Give a number.")
    if abs(value) > MAX_NUMBER:
        raise ValueError("This number is too large.")
    if math.isnan(value):
        raise ValueError("Give a number.")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("Write what to look for.")
    cleaned = one_line(value)
    if len(cleaned) > MAX_TEXT:
        raise ValueError(f"This text is longer than {MAX_TEXT} characters.")
    if not is_keepable(value):
        raise ValueError("This text holds characters that cannot be stored.")
    return cleaned


def _parts(value: object, names: set[str], else_say: str) -> dict[str, object]:
    if not isinstance(value, dict) or set(value) != names:
        raise ValueError(else_say)
    return value


def _days(value: object) -> int:
    return _whole(value, MAX_DAYS)


def _span(value: object) -> int | Span:
    if not isinstance(value, dict):
        return _days(value)
    parts = _parts(value, {"count", "unit"}, "Say how long: a number of days, months or years.")
    unit = parts["unit"]
    if unit == "days":
        return _days(parts["count"])
    if unit != "months" and unit != "years":
        raise ValueError("Count in days, months or years.")
    return Span(_whole(parts["count"], MAX_SPAN[unit]), unit)


def _date(value: object) -> date:
    try:
        found = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("Give a date, such as 2026-03-31.") from None
    if not 1900 <= found.year <= 2200:
        raise ValueError("Give a year from 1900 to 2200.")
    return found


def _range(value: object, read: Callable[[object], Any]) -> Range:
    parts = _parts(value, {"from", "to"}, "Say from where to where.")
    low, high = read(parts["from"]), read(parts["to"])
    if low > high:
        raise ValueError("The first of the two must not be the larger one.")
    return Range(low, high)


def _times(value: object, op: Operator) -> Times:
    parts = _parts(value, {"times", "days"}, "Say how many times, and within how many days.")
    least = 1 if op.name == "at_least" else 0
    return Times(_whole(parts["times"], MAX_TIMES, least), _days(parts["days"]))


def _near(value: object) -> Near:
    parts = _parts(value, {"place", "km"}, "Name a city and a distance in kilometres.")
    place, km = _text(parts["place"]), _number(parts["km"])
    if places.read(place).latitude is None:
        raise ValueError(f"We know no city called “{place}”. Write it like “Lyon” or “Lyon, France”.")
    if not 1 <= km <= MAX_KM:
        raise ValueError(f"Give a distance from 1 to {MAX_KM} km.")
    return Near(place, km)


def _share(value: object) -> Share:
    parts = _parts(value, {"experiment", "percent"}, "Name the experiment and the share in percent.")
    return Share(_text(parts["experiment"]), _whole(parts["percent"], 99, 1))


def _one_choice(field: Field, value: object, known: Known) -> str:
    cleaned = _text(value)
    if field.ids:
        try:
            cleaned = str(UUID(cleaned))
        except ValueError:
            raise ValueError(f"“{cleaned}” is not one of the choices of “{field.label}”.") from None
    if known is not None and cleaned not in known:
        raise ValueError(f"“{cleaned}” is not one of the choices of “{field.label}”.")
    if not field.normal(cleaned):
        raise ValueError(f"“{cleaned}” says nothing that could be compared with.")
    return cleaned


def _choices(field: Field, value: object, known: Known) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("Choose at least one value.")
    if len(value) > MAX_VALUES:
        raise ValueError(f"{len(value)} values are too many; {MAX_VALUES} are the most.")
    return tuple(dict.fromkeys(_one_choice(field, one, known) for one in value))


def _rated(field: Field, value: object, known: Known) -> Rated:
    parts = _parts(value, {"values", "least"}, "Choose values and the least that each must reach.")
    least = _number(parts["least"])
    if not 0 <= least <= MAX_RATING:
        raise ValueError(f"Give a number from 0 to {MAX_RATING}.")
    return Rated(_choices(field, parts["values"], known), least)


_PLAIN: dict[ValueKind, Callable[[object], Value]] = {
    "text": _text,
    "number": _number,
    "numbers": lambda value: _range(value, _number),
    "days": _days,
    "span": _span,
    "date": _date,
    "dates": lambda value: _range(value, _date),
    "near": _near,
    "share": _share,
}


def typed(field: Field, op: Operator, value: object, known: Known) -> Value:
    """The value of a condition in the form that its operator wants; `known` are the choices, None when all may be."""
    match op.value:
        case "none":
            return None
        case "choices":
            return _choices(field, value, known)
        case "choice":
            return _one_choice(field, value, known)
        case "rated" | "years":
            return _rated(field, value, known)
        case "times":
            return _times(value, op)
        case kind:
            return _PLAIN[kind](value)
