"""The fields that a filter may speak about, and the check of every condition against them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from dataclasses import field as having
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db.models import QuerySet

from crm.tenancy.models import TenantQuerySet
from talent.filters import tree, values
from talent.filters.operators import OPERATORS, FieldType, Operator
from talent.filters.tree import Condition, Node, Value

if TYPE_CHECKING:
    from talent.filters.clock import Clock


@dataclass(frozen=True)
class Choice:
    """A value and its name."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One thing that rules may ask. `says` has a phrase for each operator that the field offers.

    It reads a `column` of the fenced candidate or, with `rows`, a column of the rows of another table that have the
    person's `candidate_id`: the condition holds when one of the rows fulfils it. `keys` read an array, `answer` a yes
    or no that may be unknown; a `flag` asks whether there are `rows` at all, `events` count them by `occurred_at`;
    `near` and `share` read the person. A moment whose column is a plain date is `dated`.

    `groups` gives values that stand for several ("Europe"), `shown_as` the field whose names the stored values have.
    `is_long` texts are searched by the database and never fetched; `is_array` columns hold several choices.
    `canonical` gives the stored keys for other names of them, `spelled` the names of some keys as people write them.
    `ratings` names, by operator, the columns that say how
    good or how long, in the `rows` whose `rating_key` is the key. `bound` turns the number that is asked for, at a
    clock, into the one that is stored, and `shown` turns it back; a `timed` field changes as time passes. `as_of`
    narrows the `rows` to those that hold at a clock, or computes there what a column cannot keep.
    `unserved` says why no index serves a field, and what to ask instead.
    A scale whose levels are ranges of a number has `steps`: the least number of each level above the lowest.
    `group` is the heading in the editor.
    """

    name: str
    label: str
    type: FieldType
    says: Mapping[str, str]
    column: str = ""
    rows: Callable[[], QuerySet[Any]] | None = None
    as_of: Callable[[QuerySet[Any], Clock], QuerySet[Any]] | None = None
    choices: Callable[[], list[Choice]] | None = None
    suggest: str = ""
    ids: bool = False
    normal: Callable[[str], str] = str
    groups: Callable[[], Mapping[str, frozenset[str]]] | None = None
    shown_as: str = ""
    is_long: bool = False
    dated: bool = False
    unit: str = ""
    bound: Callable[[float, Any], float | Decimal] | None = None
    timed: bool = False
    steps: Callable[[Any], Sequence[float]] | None = None
    shown: Callable[[float, Any], float] | None = None
    is_array: bool = False
    canonical: Callable[[], Mapping[str, str]] | None = None
    spelled: Callable[[Collection[str]], Mapping[str, str]] | None = None
    rating_key: str = ""
    ratings: Mapping[str, str] = having(default_factory=dict)
    rating_names: Callable[[], list[Choice]] | None = None
    unserved: str = ""
    group: str = "Profile"

    @functools.cached_property
    def operators(self) -> dict[str, Operator]:
        return {o.name: o for o in OPERATORS[self.type] if o.name in self.says}

    def related(self, clock: Clock) -> QuerySet[Any]:
        """Its rows, through the fenced view like the candidates: else the whole rule loses its GIN indexes."""
        assert self.rows is not None, self.name
        rows = self.rows()
        rows = rows.fenced() if isinstance(rows, TenantQuerySet) else rows
        return self.as_of(rows, clock) if self.as_of else rows

    def expanded(self, chosen: tuple[str, ...]) -> list[str]:
        """The stored values that the chosen ones stand for."""
        if self.groups is None:
            return list(chosen)
        groups = self.groups()
        return sorted(frozenset[str]().union(*(groups.get(one, frozenset()) for one in chosen)))


class Provider(Protocol):
    """Fields that each tenant makes for itself. Their names begin with `prefix`, such as "custom:"."""

    prefix: str

    def find(self, name: str) -> Field | None:
        """The current tenant's field of that name."""

    def every(self) -> list[Field]:
        """All fields of the current tenant."""


T = TypeVar("T")
_memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, what fields need of the current tenant is read once: for work over many rules at one moment."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


@contextmanager
def remembering_if_alone() -> Iterator[None]:
    """The same, unless somebody around remembers for longer."""
    with remembering() if _memory.get() is None else nullcontext():
        yield


def remembered(key: str, read: Callable[[], T]) -> T:
    """What `read` gives, read once while remembering."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    found: T = memory[key]
    return found


fields: dict[str, Field] = {}
providers: dict[str, Provider] = {}


def register(*more: Field) -> None:
    """Add fields; called by wiring, for the apps above as well. Registering the same field again changes nothing."""
    for field in more:
        if fields.setdefault(field.name, field) is not field:
            raise ValueError(f"Two filter fields are called {field.name}.")


def provide(*more: Provider) -> None:
    """Add providers of the tenants' own fields; called by wiring."""
    providers.update({provider.prefix: provider for provider in more})


def known(name: str) -> Field | None:
    """The field of that name, a tenant's own ones included."""
    if name in fields:
        return fields[name]
    provider = next((p for prefix, p in providers.items() if name.startswith(prefix)), None)
    return remembered(name, lambda: provider.find(name)) if provider else None


def field(name: str) -> Field:
    """The field of that name; KeyError when there is none."""
    found = known(name)
    if found is None:
        raise KeyError(name)
    return found


def every() -> Iterator[Field]:
    """All fields, the current tenant's own ones last."""
    yield from fields.values()
    for provider in providers.values():
        yield from provider.every()


def operator(name: str, op: str) -> Operator:
    return field(name).operators[op]


def positive(asked: Field, op: str) -> tuple[str, bool]:
    """The operator that decides a condition, and whether the condition holds when it does."""
    opposite = asked.operators[op].opposite_of
    return (opposite, False) if opposite else (op, True)


class Names:
    """The names of the values of fields with choices, read once for each field."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}
        self._written: dict[str, str] = {}

    def of(self, field: Field) -> dict[str, str] | None:
        """{value: name}, or None where any value may be written."""
        if field.choices is None:
            return None
        if field.name not in self._known:
            self._known[field.name] = {c.value: c.label for c in field.choices()}
        return self._known[field.name]

    def learn(self, field: Field, written: Iterable[str]) -> None:
        """Read how people write some keys, all of them at once; those known already are not asked for again."""
        if field.spelled and (unknown := {field.normal(one) for one in written} - self._written.keys()):
            self._written |= {**dict.fromkeys(unknown, ""), **field.spelled(unknown)}

    def learn_all(self, nodes: Iterable[Node]) -> None:
        """Read how people write what several trees name, field by field."""
        asked: dict[str, list[str]] = {}
        for condition in (c for node in nodes for c in tree.conditions(node)):
            asked.setdefault(condition.field, []).extend(tree.words(condition))
        for name, written in asked.items():
            self.learn(field(name), written)

    def spell(self, field: Field, values: Sequence[object]) -> list[str]:
        """Values that anybody may write, as people write them; as they stand where nobody knows them."""
        self.learn(field, map(str, values))
        return [self._written.get(field.normal(str(v))) or str(v) for v in values]


class Checker:
    """Gives values their typed form. With `names`, values that do not exist (any more) are mistakes."""

    def __init__(self, names: Names | None) -> None:
        self.names = names

    def __call__(self, name: str, op: str, value: object) -> Value:
        field = known(name)
        if field is None:
            raise ValueError(f"There is no field “{name[:80]}”.")
        if op not in field.operators:
            raise ValueError(f"“{field.label}” cannot be asked “{op[:80]}”.")
        try:
            return values.typed(field, field.operators[op], value, self.names.of(field) if self.names else None)
        except ValueError as error:
            raise ValueError(f"{field.label}: {error}") from None


def parse(data: object) -> Node:
    """A tree that a user or a machine hands in: values must exist. Raises RuleError (see `tree.parse`)."""
    return tree.parse(data, Checker(Names()))


def load(data: object) -> Node:
    """A tree that was saved before: values that were deleted since simply match nobody. Raises RuleError."""
    return tree.parse(data, Checker(None))


def spelled(node: Node, names: Names | None = None) -> Node:
    """The same tree with skills and languages as people write them: for editors, where keys would be strange."""
    known_names = names or Names()
    match node:
        case tree.All(nodes):
            return tree.All(tuple(spelled(one, known_names) for one in nodes))
        case tree.Any(nodes):
            return tree.Any(tuple(spelled(one, known_names) for one in nodes))
        case tree.Not(inner):
            return tree.Not(spelled(inner, known_names))
    asked = known(node.field)
    if asked is None or asked.spelled is None:
        return node
    if isinstance(node.value, tree.Rated):
        return replace(node, value=replace(node.value, values=tuple(known_names.spell(asked, node.value.values))))
    return replace(node, value=tuple(known_names.spell(asked, node.value))) if isinstance(node.value, tuple) else node


def is_timed(condition: Condition) -> bool:
    """May the truth of this condition change as time passes?"""
    asked = field(condition.field)
    return asked.operators[condition.op].timed or asked.timed


def depends_on_time(node: Node) -> bool:
    """May the truth of this rule change as time passes, without any event?"""
    return any(is_timed(c) for c in tree.conditions(node))


def _listed(choices: Callable[[], list[Choice]] | None) -> list[dict[str, str]] | None:
    return [{"value": c.value, "label": c.label} for c in choices()] if choices else None


def offered(suggest_url: Callable[[str], str]) -> list[dict[str, object]]:
    """The catalogue as `<crm-rules>` and the API read it; `suggest_url(name)` is the address of a suggestion list."""
    return [
        {
            "name": field.name,
            "label": field.label,
            "group": field.group,
            "type": field.type,
            "operators": [{"name": o.name, "label": o.label, "value": o.value} for o in field.operators.values()],
            "choices": _listed(field.choices),
            "ratings": _listed(field.rating_names),
            "suggest_url": suggest_url(field.suggest) if field.suggest else None,
            "unit": field.unit,
        }
        for field in every()
    ]
