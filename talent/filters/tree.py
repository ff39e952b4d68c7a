"""The nodes of a filter, their JSON, and what may not be said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

MAX_DEPTH = 4
MAX_CONDITIONS = 60
MAX_VALUES = 200
MAX_NODES = 1000
_NUMBER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Times:
    """So many `times` within `days`."""

    times: int
    days: int


@dataclass(frozen=True)
class Span:
    """A length of time in the calendar; days alone are a plain int."""

    count: int
    unit: Literal["months", "years"]


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included: two dates or two numbers."""

    low: date | float
    high: date | float


@dataclass(frozen=True)
class Near:
    """Within `km` of a place, as it was written."""

    place: str
    km: float


@dataclass(frozen=True)
class Share:
    """A share of all people, drawn for one experiment: who is drawn stays drawn."""

    experiment: str
    percent: int


@dataclass(frozen=True)
class Rated:
    """Any of these, each at least as good as the bound: a level, or years."""

    values: tuple[str, ...]
    least: float


Value: TypeAlias = "str | int | float | date | tuple[str, ...] | Times | Span | Range | Near | Share | Rated | None"


@dataclass(frozen=True)
class Condition:
    """A leaf: a field of the catalogue, one of its operators, and a value in the form that the operator wants."""

    field: str
    op: str
    value: Value = None


@dataclass(frozen=True)
class All:
    """Every one of these; without any, everybody."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Any:
    """At least one of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Whatever the node is not: a missing value does not match a condition, so it matches its opposite."""

    node: Node


Node: TypeAlias = "All | Any | Not | Condition"
EVERYBODY = All(())
NOBODY = Any(())


@dataclass(frozen=True)
class Problem:
    """One mistake: where (`all[1].any[0]`, empty for the root) and a sentence for the user."""

    path: str
    message: str

    @property
    def said(self) -> str:
        """The message behind the place, counted as people count: “At 2.1: ...” is the first within the second."""
        place = ".".join(str(int(n) + 1) for n in _NUMBER.findall(self.path))
        return f"At {place}: {self.message}" if place else self.message


class RuleError(ValueError):
    """A rule that cannot be used; `problems` holds every mistake found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(p.message for p in problems))
        self.problems = problems


Check: TypeAlias = "Callable[[str, str, object], Value]"


class _Parser:
    """Reads one tree and gathers its mistakes."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.problems: list[Problem] = []
        self.conditions = 0
        self.seen = 0

    def wrong(self, path: str, message: str) -> Condition:
        self.problems.append(Problem(path, message))
        return Condition("", "")

    def node(self, data: object, path: str, level: int) -> Node:
        self.seen += 1
        if self.seen > MAX_NODES:
            raise RuleError([Problem(path, f"This rule is too large: it may hold {MAX_CONDITIONS} conditions.")])
        if not isinstance(data, dict):
            return self.wrong(path, "A rule is made of groups and conditions; this is neither.")
        if len(data) == 1 and (group := next(iter(data))) in ("all", "any", "not"):
            return self.group(str(group), data[group], path, level)
        if set(data) <= {"field", "op", "value"} and {"field", "op"} <= set(data):
            return self.condition(data, path)
        return self.wrong(path, "A group has “all”, “any” or “not”; a condition has “field”, “op” and “value”.")

    def group(self, name: str, inner: object, path: str, level: int) -> Node:
        here = f"{path}.{name}" if path else name
        if name == "not":
            # "None of these" is one group to the user: Not shares the level of the group inside it.
            shares = isinstance(inner, dict) and ("all" in inner or "any" in inner)
            if not shares and level >= MAX_DEPTH:
                return self.too_deep(path)
            return Not(self.node(inner, here, level if shares else level + 1))
        if level >= MAX_DEPTH:
            return self.too_deep(path)
        if not isinstance(inner, list):
            return self.wrong(here, f"“{name}” needs a list of conditions.")
        if not inner and here != "all":
            return self.wrong(here, "This group is empty: add a condition or remove the group.")
        nodes = tuple(self.node(one, f"{here}[{i}]", level + 1) for i, one in enumerate(inner))
        return All(nodes) if name == "all" else Any(nodes)

    def too_deep(self, path: str) -> Condition:
        return self.wrong(path, f"Groups can be nested {MAX_DEPTH} deep; this one lies deeper.")

    def condition(self, data: dict[str, object], path: str) -> Condition:
        self.conditions += 1
        field, op = data["field"], data["op"]
        if not isinstance(field, str) or not isinstance(op, str):
            return self.wrong(path, "The field and the operator of a condition are names.")
        try:
            return Condition(field, op, self.check(field, op, data.get("value")))
        except ValueError as error:
            return self.wrong(path, str(error))


def parse(data: object, check: Check) -> Node:
    """Read a tree from JSON: {"all": [node]} | {"any": [node]} | {"not": node} | {"field", "op", "value"}.

    `check(field, op, value)` gives a value in its typed form or raises ValueError with a sentence. Raises RuleError
    with every mistake: unknown shapes, groups deeper than MAX_DEPTH, more than MAX_CONDITIONS conditions, empty groups
    (only the outermost "all" may be empty: everybody).
    """
    parser = _Parser(check)
    node = parser.node(data, "", 0)
    if parser.conditions > MAX_CONDITIONS:
        message = f"This rule has {parser.conditions} conditions; {MAX_CONDITIONS} are the most."
        parser.problems.append(Problem("", message))
    if parser.problems:
        raise RuleError(parser.problems)
    return node


def dump(node: Node) -> dict[str, object]:
    """The JSON of a tree; `parse` reads it back to an equal one."""
    match node:
        case All(nodes):
            return {"all": [dump(one) for one in nodes]}
        case Any(nodes):
            return {"any": [dump(one) for one in nodes]}
        case Not(inner):
            return {"not": dump(inner)}
        case Condition(field, op, value):
            return {"field": field, "op": op, "value": _dump_value(value)}


def _dump_value(value: Value) -> object:
    match value:
        case Times() | Span() | Near() | Share() | Rated():
            return {key: list(v) if isinstance(v, tuple) else v for key, v in vars(value).items()}
        case Range(low, high):
            return {"from": _dump_value(low), "to": _dump_value(high)}
        case tuple():
            return list(value)
        case date():
            return value.isoformat()
        case _:
            return value


def words(condition: Condition) -> tuple[str, ...]:
    """The values that a condition names one by one."""
    value = condition.value.values if isinstance(condition.value, Rated) else condition.value
    return value if isinstance(value, tuple) else ()


def conditions(node: Node) -> Iterator[Condition]:
    """Every leaf of a tree, from left to right."""
    match node:
        case Condition():
            yield node
        case Not(inner):
            yield from conditions(inner)
        case All(nodes) | Any(nodes):
            for one in nodes:
                yield from conditions(one)


def located(node: Node, path: str = "") -> Iterator[tuple[str, Condition]]:
    """Every leaf with its path, as a Problem names it."""
    match node:
        case Condition():
            yield path, node
        case Not(inner):
            yield from located(inner, f"{path}.not".lstrip("."))
        case All(nodes) | Any(nodes):
            name = "all" if isinstance(node, All) else "any"
            for i, one in enumerate(nodes):
                yield from located(one, f"{path}.{name}[{i}]".lstrip("."))
