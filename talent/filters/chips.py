"""Filter chips: plain GET parameters on one side, conditions of the filter language on the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from crm.requests import changed
from talent.filters import catalogue
from talent.filters.catalogue import Checker, Names
from talent.filters.operators import Operator
from talent.filters.sentence import labels
from talent.filters.tree import All, Condition, Problem


@dataclass(frozen=True)
class Param:
    """A parameter and the condition it stands for: its value is the one of the operator, repeated for several."""

    name: str
    field: str
    op: str
    label: str = ""

    @property
    def operator(self) -> Operator:
        return catalogue.operator(self.field, self.op)


PARAMS = (
    Param("skill", "skill", "is_any_of"),
    Param("all_skills", "skill", "is_all_of"),
    Param("tag", "tag", "is_any_of"),
    Param("country", "country", "is_any_of"),
    Param("state", "state", "is_any_of"),
    Param("source", "source", "is_any_of"),
    Param("owner", "owner", "is_any_of"),
    Param("pool", "pool", "is_any_of"),
    Param("segment", "segment", "is_any_of"),
    Param("quiet", "last_contacted", "not_in_last"),
    Param("replied", "last_replied", "in_last"),
    Param("added", "created", "in_last"),
)


@dataclass(frozen=True)
class Chip:
    """A filter that is on, in words; `without` is the query string that drops it."""

    field: str
    operator: str
    value: str
    without: str


@dataclass(frozen=True)
class Chosen:
    """What a query string asks for: the tree, its chips, and what could not be read.

    `gone` says why nobody is meant, when the rule that was asked for is kept no longer.
    """

    tree: All
    chips: Sequence[Chip]
    problems: Sequence[Problem]
    gone: str = ""


def _value(param: Param, texts: Sequence[str]) -> object:
    if param.operator.value == "span":
        return int(texts[-1]) if texts[-1].isascii() and texts[-1].isdigit() and len(texts[-1]) < 6 else texts[-1]
    return list(texts)


def _without(query: QueryDict, name: str) -> str:
    return changed(query, **{name: ""}).lstrip("?")


def _text(condition: Condition, names: Names) -> str:
    value = condition.value
    if isinstance(value, int):
        return "1 day" if value == 1 else f"{value} days"
    words = labels(catalogue.field(condition.field), value or (), names)  # type: ignore[arg-type]
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def _asked(query: QueryDict) -> Iterator[tuple[Param, list[str]]]:
    for param in PARAMS:
        texts = [t for t in query.getlist(param.name) if t.strip()]
        if texts and param.field in catalogue.fields:
            yield param, texts


def read(query: QueryDict) -> Chosen:
    """The filters of a query string, all of which must hold. What cannot be read is told and left out."""
    check, names = Checker(None), Names()
    conditions, chips, problems = [], [], []
    for param, texts in _asked(query):
        try:
            condition = Condition(param.field, param.op, check(param.field, param.op, _value(param, texts)))
        except ValueError as error:
            problems.append(Problem(param.name, str(error)))
            continue
        conditions.append(condition)
        label = catalogue.field(param.field).label
        chips.append(Chip(label, param.operator.label, _text(condition, names), _without(query, param.name)))
    return Chosen(All(tuple(conditions)), chips, problems)
