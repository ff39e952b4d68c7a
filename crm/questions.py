"""Questions to the database that `crm.together` asks: many in one statement, and those of each page made only once.

Building and compiling a queryset costs more than its answer. A function marked `planned` makes its questions once for
each way in which they may differ; after that, keys, days and `Word`s are filled in where they stood, and so are the
tenant and whoever looks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property, lru_cache, wraps
from inspect import Parameter, signature
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.query import get_related_populators

from crm.tenancy.context import current_tenant_id, in_tenant
from crm.viewing import viewer

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
T = TypeVar("T")
Key = tuple[UUID | None, str, tuple[str | UUID, ...]]  # whose rows answer it, its text, its values
MOST_PLANS = 1000  # of one function; whatever decides more than that is not worth remembering
FIRST = datetime(1971, 1, 1, tzinfo=UTC)


def _plain(value: Any) -> Any:
    """Numbers inside JSON as JSON has them."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


as_key = lru_cache(maxsize=8192)(UUID)  # out of a text: the tenant's, the person's, the same ones again and again
READ_JSON = json.JSONDecoder(parse_float=Decimal).decode
# What these ways to read a value come to for what PostgreSQL wrote; None where JSON has it as it is.
READERS: dict[Any, Callable[[Any], Any] | None] = {
    models.CharField.to_python: None,
    models.TextField.to_python: None,
    models.BooleanField.to_python: None,
    models.IntegerField.to_python: None,
    models.UUIDField.to_python: as_key,
    models.DateTimeField.to_python: datetime.fromisoformat,
    models.FloatField.to_python: float,
}


def _reader(field: Any) -> Callable[[Any], Any] | None:
    """How a value of that field comes back out of JSON; None where it is the same there."""
    if isinstance(field, ArrayField):
        inner = _reader(field.base_field)
        return inner and (lambda value: [None if one is None else inner(one) for one in value])
    if isinstance(field, models.JSONField):
        return _plain
    if isinstance(field, models.ForeignKey):
        return _reader(field.target_field)
    return READERS.get(type(field).to_python, field.to_python)


@dataclass(frozen=True)
class Count:
    """The question how many rows a queryset has; `most` is where the counting ends, 0 for nowhere."""

    queryset: models.QuerySet[Any]
    most: int = 0

    @property
    def bare(self) -> models.QuerySet[Any]:
        rows = self.queryset.order_by().values("pk")
        return rows[: self.most] if self.most else rows


@dataclass(frozen=True)
class One:
    """A statement that gives one text: `sql` with `%s` for each of `params`."""

    sql: str
    params: tuple[Any, ...] = ()


class Statement:
    """A question as a part of a statement: its text, its values, and how its answer, one text, is read."""

    def __init__(self, sql: str, part: str, params: Sequence[Any], read: Callable[[str], list[Any]]) -> None:
        self.sql = sql
        self.part = part
        self.params = tuple(params)
        self.read = read


class _Table:
    """One queryset of models, with `select_related` and annotations, and how its rows come out of JSON."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler

    @cached_property
    def readers(self) -> list[Callable[[Any], Any] | None]:
        return [_reader(expression.output_field) for expression, _, _ in self.compiler.select]

    @cached_property
    def place(self) -> slice:
        """Where the columns of the model itself stand."""
        places = self.compiler.klass_info["select_fields"]
        return slice(places[0], places[-1] + 1)

    @cached_property
    def names(self) -> list[str]:
        return [column[0].target.attname for column in self.compiler.select[self.place]]

    @cached_property
    def populators(self) -> Sequence[Any]:
        return get_related_populators(self.compiler.klass_info, self.compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def read(self, text: str) -> list[Any]:
        return [
            self._row(
                [
                    value if value is None or read is None else read(value)
                    for read, value in zip(self.readers, one.values(), strict=True)
                ]
            )
            for one in READ_JSON(text)
        ]

    def _row(self, values: list[Any]) -> Any:
        """As `ModelIterable` makes one."""
        made = self.compiler.klass_info["model"].from_db(DEFAULT_DB_ALIAS, self.names, values[self.place])
        for populator in self.populators:
            populator.populate(values, made)
        for name, place in self.compiler.annotation_col_map.items():
            setattr(made, name, values[place])
        return made


def _statement(asked: models.QuerySet[Any] | Count | One) -> Statement:
    """Raises EmptyResultSet when the answer is nothing without asking."""
    if isinstance(asked, One):
        return Statement(asked.sql, f"({asked.sql})", asked.params, lambda text: [text])
    if isinstance(asked, Count):
        sql, params = asked.bare.query.sql_with_params()
        part = f"(SELECT count(*)::text FROM ({sql}) AS t)"  # noqa: S608
        return Statement(f"count {sql}", part, params, lambda text: [int(text)])
    compiler = asked.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    names = ", ".join(f"c{n}" for n in range(len(compiler.select)))
    part = f"(SELECT coalesce(json_agg(row_to_json(t)), '[]')::text FROM ({sql}) AS t ({names}))"  # noqa: S608
    return Statement(sql, part, params, _Table(compiler).read)


class Planned(Generic[M]):
    """A question whose statement is known. `found` is the answer, once it is there.

    `comes_again` says that its text is one of a few, which a server may know by heart.
    """

    def __init__(self, statement: Statement | None, params: tuple[Any, ...] = (), *, comes_again: bool = False) -> None:
        self.statement = statement
        self.params = params
        self.comes_again = comes_again
        self.found: list[Any] | None = [] if statement is None else None

    @cached_property
    def key(self) -> Key:
        owner = current_tenant_id() if in_tenant() else None
        values = tuple([value if type(value) is UUID else str(value) for value in self.params])
        return owner, self.statement.sql if self.statement else "", values

    def answer(self, text: str) -> list[Any]:
        """The answer in words, as rows; whoever holds the question has them from now on."""
        assert self.statement is not None
        self.found = self.statement.read(text)
        return self.found


Asked = models.QuerySet[M] | Planned[M]
Question = models.QuerySet[Any] | Planned[Any] | Count | One


def plan(asked: Question) -> Planned[Any]:
    """The question with its statement; one of which nothing can come has its answer, nothing, at once."""
    if isinstance(asked, Planned):
        return asked
    try:
        statement = _statement(asked)
    except EmptyResultSet:
        return Planned(None)
    return Planned(statement, statement.params)


# --- questions that are made once


class Word(str):
    """A text that is filled in; any other text decides what is asked."""

    __slots__ = ()


class NotFit(TypeError):
    """A function whose questions cannot be made once and filled in afterwards."""


@cache
def _no_key(place: int) -> UUID:
    return UUID(f"57e9c111-0000-4000-8000-{place:012d}")


def _stand_in(place: int, value: Any) -> Any:
    """What a question is made with in place of a value; no value of a row or of the code looks like it."""
    if isinstance(value, UUID):
        return _no_key(place)
    if isinstance(value, Word) and value:
        return Word(f"\ue000{place}\ue001")
    if isinstance(value, datetime):
        return FIRST + timedelta(seconds=place)
    return date(1971, 1, 1) + timedelta(days=place) if isinstance(value, date) else value


class _Template:
    """A question with holes. `places` has, for each value of its statement, which one is filled in, or none."""

    def __init__(self, asked: Question, holes: Sequence[Any]) -> None:
        made = plan(asked)
        self.statement, self.params = made.statement, made.params
        self.places = [next((n for n, hole in enumerate(holes) if _is(hole, one)), None) for one in made.params]
        rest = [str(p) for p, place in zip(made.params, self.places, strict=True) if place is None]
        sql = made.statement.sql if made.statement else ""
        text = "\n".join([sql, *rest])
        for hole in holes:
            if hole is not None and any(form in text for form in (str(hole), getattr(hole, "hex", str(hole)))):
                raise NotFit(f"A value stands inside of something else, so that it cannot be filled in: {sql}")

    def fill(self, values: Sequence[Any]) -> Planned[Any]:
        return Planned(
            self.statement,
            tuple(
                values[place] if place is not None else fixed
                for fixed, place in zip(self.params, self.places, strict=True)
            ),
            comes_again=True,
        )


def _is(hole: Any, value: Any) -> bool:
    return hole is not None and type(value) in (type(hole), str) and bool(value == hole)


def _each(made: Any, change: Callable[[Any], Any]) -> Any:
    """The same dataclass, tuple, list or single question with each question changed."""
    if isinstance(made, tuple | list):
        return type(made)(change(one) for one in made)
    if is_dataclass(made) and not isinstance(made, Count | One | type):
        return type(made)(**{field.name: change(getattr(made, field.name)) for field in fields(made)})
    return change(made)


PLANS: dict[Callable[..., Any], dict[Hashable, Any]] = {}  # each function, and what is known of it
PLAIN = frozenset({Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD})


def _refuse_names(function: Callable[..., Any]) -> None:
    """What is not given, or not in its place, would not be a part of what a plan is known by."""
    for one in signature(function).parameters.values():
        if one.kind not in PLAIN or one.default is not Parameter.empty:
            raise NotFit(f"{function.__name__} is to be given everything, in its place: not so {one.name}.")


def planned(function: Callable[P, T]) -> Callable[P, T]:
    """Marks a function that makes questions, out of keys, days, `Word`s and whatever else decides what is asked.

    It is called once for each role, empty text and the like; nothing that it asks may depend on anything but its
    arguments, the tenant and who looks. Give it no models: what is read of them would be kept. After MOST_PLANS ways it
    is called each time anew, and its questions are not prepared.
    """
    _refuse_names(function)
    known: dict[Hashable, Any] = {}

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        if kwargs or any(isinstance(one, models.Model) for one in args):
            raise NotFit(f"{function.__name__} is to be given keys and days, one after the other.")
        who = viewer()
        stand_ins = [_stand_in(place, value) for place, value in enumerate(args)]
        around = [current_tenant_id() if in_tenant() else None, who.member_id]
        key = (*stand_ins, *(one is None for one in around), who.is_machinery)
        if key not in known and len(known) >= MOST_PLANS:
            return _each(function(*args), plan)  # type: ignore[call-arg]
        if key not in known:
            holes = [s if s is not v else None for s, v in zip(stand_ins, args, strict=True)] + around
            made = function(*stand_ins)  # type: ignore[call-arg]
            known[key] = _each(made, lambda question: _Template(question, holes))
        values = [*(str(v) if isinstance(v, Word) else v for v in args), *around]
        return _each(known[key], lambda template: template.fill(values))

    PLANS[asked] = known
    return asked
