"""The fields that a filter may speak about, and the check of every value against them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from crm.tenancy.models import TenantQuerySet
from talent.filters import tree
from talent.filters.tree import MAX_VALUES, Node, Times, Value

FieldType = Literal["keys", "words", "choice", "moment", "flag", "membership", "events"]
ValueKind = Literal["none", "text", "choices", "days", "date", "times"]
MAX_TEXT = 200
MAX_DAYS = 3650
MAX_TIMES = 1000


@dataclass(frozen=True)
class Operator:
    """What can be asked of a field; `timed` when the answer changes as time passes."""

    name: str
    label: str
    value: ValueKind
    timed: bool = False


@dataclass(frozen=True)
class Choice:
    """A value and its name."""

    value: str
    label: str


_EMPTY = Operator("is_empty", "is empty", "none")
_FILLED = Operator("is_not_empty", "is filled", "none")
_ONE_OF = (Operator("is_any_of", "is any of", "choices"), Operator("is_none_of", "is none of", "choices"))
OPERATORS: Mapping[FieldType, tuple[Operator, ...]] = {
    "keys": (_ONE_OF[0], Operator("is_all_of", "is all of", "choices"), _ONE_OF[1], _EMPTY, _FILLED),
    "words": (
        Operator("contains", "contains the words", "text"),
        Operator("contains_any", "contains any of", "choices"),
        Operator("contains_none", "contains none of", "choices"),
        _EMPTY,
        _FILLED,
    ),
    "choice": (*_ONE_OF, _EMPTY, _FILLED),
    "moment": (
        Operator("in_last", "in the last", "days", timed=True),
        Operator("not_in_last", "not in the last", "days", timed=True),
        Operator("more_than_ago", "before the last", "days", timed=True),
        Operator("on_or_after", "on or after", "date"),
        Operator("before", "before", "date"),
        Operator("is_empty", "never", "none"),
        Operator("is_not_empty", "ever", "none"),
    ),
    "flag": (Operator("is_true", "yes", "none"), Operator("is_false", "no", "none")),
    "membership": (*_ONE_OF, _EMPTY, _FILLED),
    "events": (
        Operator("at_least", "at least", "times", timed=True),
        Operator("none_in_last", "not in the last", "days", timed=True),
    ),
}


@dataclass(frozen=True)
class Field:
    """One thing that rules may ask. `says` has a phrase for each operator that the field offers.

    What the types read: `keys` an array `column`; `words`, `choice` and `moment` a plain `column`, all of the fenced
    candidate; `flag`, `membership` and `events` the `rows` of another table, by their `candidate_id` (`key` is the
    column that a membership's values are compared with; events are counted by `occurred_at`).
    """

    name: str
    label: str
    type: FieldType
    says: Mapping[str, str]
    column: str = ""
    rows: Callable[[], QuerySet[Any]] | None = None
    key: str = ""
    choices: Callable[[], list[Choice]] | None = None
    suggest: str = ""
    ids: bool = False
    normal: Callable[[str], str] = str

    @functools.cached_property
    def operators(self) -> dict[str, Operator]:
        return {o.name: o for o in OPERATORS[self.type] if o.name in self.says}

    def related(self) -> QuerySet[Any]:
        """Its rows, through the fenced view like the candidates: else the whole rule loses its GIN indexes."""
        assert self.rows is not None, self.name
        rows = self.rows()
        return rows.fenced() if isinstance(rows, TenantQuerySet) else rows


fields: dict[str, Field] = {}


def register(*more: Field) -> None:
    """Add fields; called by wiring, for the apps above as well. Registering the same field again changes nothing."""
    for field in more:
        if fields.setdefault(field.name, field) is not field:
            raise ValueError(f"Two filter fields are called {field.name}.")


def operator(field: str, op: str) -> Operator:
    return fields[field].operators[op]


# --- values


def _number(value: object, most: int, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"Give a whole number from {least} to {most}.")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("Write what to look for.")
    cleaned = " ".join(value.split())
    if len(cleaned) > MAX_TEXT:
        raise ValueError(f"This text is longer than {MAX_TEXT} characters.")
    if "\x00" in cleaned or any("\ud800" <= c <= "\udfff" for c in cleaned):
        raise ValueError("This text holds characters that cannot be stored.")
    return cleaned


def _times(value: object) -> Times:
    if not isinstance(value, dict) or set(value) != {"times", "days"}:
        raise ValueError("Say how many times, and within how many days.")
    return Times(_number(value["times"], MAX_TIMES, 1), _number(value["days"], MAX_DAYS))


def _date(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("Give a date, such as 2026-03-31.") from None


def _one_choice(field: Field, value: object, known: Mapping[str, str] | None) -> str:
    cleaned = _text(value)
    if field.ids:
        try:
            cleaned = str(UUID(cleaned))
        except ValueError:
            raise ValueError(f"“{cleaned}” is not one of the choices of “{field.label}”.") from None
    if known is not None and cleaned not in known:
        raise ValueError(f"“{cleaned}” is not one of the choices of “{field.label}”.")
    if not field.normal(cleaned):
        raise ValueError(f"“{cleaned}” says nothing that “{field.label}” could be compared with.")
    return cleaned


def _choices(field: Field, value: object, known: Mapping[str, str] | None) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("Choose at least one value.")
    if len(value) > MAX_VALUES:
        raise ValueError(f"{len(value)} values are too many; {MAX_VALUES} are the most.")
    return tuple(dict.fromkeys(_one_choice(field, one, known) for one in value))


class Names:
    """The names of the values of fields with choices, read once for each field."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def of(self, field: Field) -> dict[str, str] | None:
        """{value: name}, or None where any value may be written."""
        if field.choices is None:
            return None
        if field.name not in self._known:
            self._known[field.name] = {c.value: c.label for c in field.choices()}
        return self._known[field.name]


class Checker:
    """Gives values their typed form. With `names`, values that do not exist (any more) are mistakes."""

    def __init__(self, names: Names | None) -> None:
        self.names = names

    def __call__(self, name: str, op: str, value: object) -> Value:
        field = fields.get(name)
        if field is None:
            raise ValueError(f"There is no field “{name}”.")
        if op not in field.operators:
            raise ValueError(f"“{field.label}” cannot be asked “{op}”.")
        try:
            return self.typed(field, field.operators[op].value, value)
        except ValueError as error:
            raise ValueError(f"{field.label}: {error}") from None

    def typed(self, field: Field, kind: ValueKind, value: object) -> Value:
        match kind:
            case "choices":
                return _choices(field, value, self.names.of(field) if self.names else None)
            case "text":
                return _text(value)
            case "days":
                return _number(value, MAX_DAYS)
            case "date":
                return _date(value)
            case "times":
                return _times(value)
            case _:
                return None


def parse(data: object) -> Node:
    """A tree that a user or a machine hands in: values must exist. Raises RuleError (see `tree.parse`)."""
    return tree.parse(data, Checker(Names()))


def load(data: object) -> Node:
    """A tree that was saved before: values that were deleted since simply match nobody. Raises RuleError."""
    return tree.parse(data, Checker(None))


def depends_on_time(node: Node) -> bool:
    """May the truth of this rule change as time passes, without any event?"""
    return any(operator(c.field, c.op).timed for c in tree.conditions(node))


def offered(suggest_url: Callable[[str], str]) -> list[dict[str, object]]:
    """The catalogue as `<crm-rules>` and the API read it; `suggest_url(name)` is the address of a suggestion list."""
    return [
        {
            "name": field.name,
            "label": field.label,
            "type": field.type,
            "operators": [{"name": o.name, "label": o.label, "value": o.value} for o in field.operators.values()],
            "choices": [{"value": c.value, "label": c.label} for c in field.choices()] if field.choices else None,
            "suggest_url": suggest_url(field.suggest) if field.suggest else None,
        }
        for field in fields.values()
    ]
