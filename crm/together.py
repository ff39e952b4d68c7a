"""Reads what a page needs from many tables in one statement.

A page of one thing asks a dozen small questions, each cheap and each a round trip. `reading(querysets)` asks them
together and remembers the answers while it lasts; `rows(queryset)` gives the remembered answer to exactly that question
and asks the database for any other. Nothing outlives the `with`; the shell of a page, which `remember`s, has a `scope`
around each request. `Count` asks how many rows there are, `One` for the text of a statement of its own; `count` and
`one` give those answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
T = TypeVar("T")
Key = tuple[str, tuple[str, ...]]
_read: ContextVar[dict[Key, list[Any]]] = ContextVar("read", default={})  # noqa: B039 - never written to
_made: ContextVar[dict[Any, Any] | None] = ContextVar("made", default=None)


def _key(queryset: models.QuerySet[Any]) -> Key:
    """The question itself. Raises EmptyResultSet when the answer is nothing without asking."""
    sql, params = queryset.query.sql_with_params()
    return sql, tuple(map(str, params))


def _plain(value: Any) -> Any:
    """Numbers inside JSON as JSON has them."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def _reader(field: Any) -> Callable[[Any], Any]:
    """How a value of that field comes back out of JSON."""
    if isinstance(field, ArrayField):
        inner = _reader(field.base_field)
        return lambda value: None if value is None else [inner(one) for one in value]
    if isinstance(field, models.JSONField):
        return _plain
    if isinstance(field, models.ForeignKey):
        return _reader(field.target_field)
    return lambda value: None if value is None else field.to_python(value)


@dataclass(frozen=True)
class Count:
    """The question how many rows a queryset has."""

    queryset: models.QuerySet[Any]

    @property
    def bare(self) -> models.QuerySet[Any]:
        return self.queryset.order_by().values("pk")

    @property
    def key(self) -> Key:
        sql, params = _key(self.bare)
        return f"count {sql}", params


@dataclass(frozen=True)
class One:
    """A statement that gives one text: `sql` with `%s` for each of `params`."""

    sql: str
    params: tuple[Any, ...] = ()

    @property
    def key(self) -> Key:
        return self.sql, tuple(map(str, self.params))


Question = models.QuerySet[Any] | Count | One


class _Number:
    """A count as a part of the statement; the answer is a list of one number, as every answer is a list."""

    def __init__(self, asked: Count) -> None:
        sql, self.params = asked.bare.query.sql_with_params()
        self.key = f"count {sql}", tuple(map(str, self.params))
        self.part = f"(SELECT count(*)::text FROM ({sql}) AS t)"  # noqa: S608

    def answer(self, text: str) -> list[Any]:
        return [int(text)]


class _Text:
    """A text as a part of the statement."""

    def __init__(self, asked: One) -> None:
        self.key, self.params, self.part = asked.key, asked.params, f"({asked.sql})"

    def answer(self, text: str) -> list[Any]:
        return [text]


class _Rows:
    """One queryset of models, with `select_related` and annotations, as a part of the statement."""

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.params = self.compiler.as_sql()
        self.key = self.sql, tuple(map(str, self.params))

    @property
    def part(self) -> str:
        names = ", ".join(f"c{n}" for n in range(len(self.compiler.select)))
        return f"(SELECT coalesce(json_agg(row_to_json(t)), '[]')::text FROM ({self.sql}) AS t ({names}))"  # noqa: S608

    def answer(self, text: str) -> list[Any]:
        """The rows, which the queryset itself has now as well: who holds it needs no second look at its SQL."""
        self.queryset._result_cache = found = self._read(text)
        return found

    def _read(self, text: str) -> list[Any]:
        readers = [_reader(expression.output_field) for expression, _, _ in self.compiler.select]
        return [
            self._row([read(value) for read, value in zip(readers, one.values(), strict=True)])
            for one in json.loads(text, parse_float=Decimal)
        ]

    def _row(self, values: list[Any]) -> Any:
        """As `ModelIterable` makes one."""
        info = self.compiler.klass_info
        places = info["select_fields"]
        start, end = places[0], places[-1] + 1
        names = [column[0].target.attname for column in self.compiler.select[start:end]]
        made = info["model"].from_db(DEFAULT_DB_ALIAS, names, values[start:end])
        for populator in get_related_populators(info, self.compiler.select, DEFAULT_DB_ALIAS):  # type: ignore[call-arg]
            populator.populate(values, made)
        for name, place in self.compiler.annotation_col_map.items():
            setattr(made, name, values[place])
        return made


Part = _Rows | _Number | _Text


def _part(asked: Question) -> Part:
    if isinstance(asked, Count):
        return _Number(asked)
    return _Text(asked) if isinstance(asked, One) else _Rows(asked)


def _parts(questions: Iterable[Question]) -> Iterator[Part]:
    for asked in questions:
        try:
            yield _part(asked)
        except EmptyResultSet:
            continue


def fetch(questions: Iterable[Question]) -> dict[Key, list[Any]]:
    """The answers to all of them, in one statement."""
    parts = list({part.key: part for part in _parts(questions)}.values())
    return _ask(parts) if parts else {}


def _ask(parts: Sequence[Part]) -> dict[Key, list[Any]]:
    params = [value for part in parts for value in part.params]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(part.part for part in parts), params)
        texts: Sequence[str] = cursor.fetchone()
    return {part.key: part.answer(text) for part, text in zip(parts, texts, strict=True)}


@contextmanager
def reading(questions: Iterable[Question]) -> Iterator[None]:
    """Read these now, together; `rows` and `count` have their answers as long as this lasts."""
    token = _read.set({**_read.get(), **fetch(questions)})
    try:
        yield
    finally:
        _read.reset(token)


@contextmanager
def scope() -> Iterator[None]:
    """What is remembered inside is forgotten at its end."""
    read, made = _read.set({}), _made.set(None)
    try:
        yield
    finally:
        _read.reset(read)
        _made.reset(made)


@contextmanager
def gathering() -> Iterator[None]:
    """Inside, a function marked `once` gives the same querysets to who asks ahead and to who needs the answers."""
    token = _made.set({})
    try:
        yield
    finally:
        _made.reset(token)


def once(function: Callable[P, T]) -> Callable[P, T]:
    """Marks a function that makes questions: while they are gathered, it is called once for the same arguments."""

    @wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
        memo = _made.get()
        if memo is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(kwargs.items()))
        if key not in memo:
            memo[key] = function(*args, **kwargs)
        return memo[key]

    return remembered


def remember(asks: Callable[[], Iterable[Question]]) -> None:
    """Read now what is not known yet, and keep it until the scope around this ends: nothing is written any more."""
    known = _read.get()
    if _made.get() is None:
        _made.set({})
    questions = [q for q in asks() if not (isinstance(q, models.QuerySet) and q._result_cache is not None)]
    parts = {part.key: part for part in _parts(questions)}
    if new := [part for key, part in parts.items() if key not in known]:
        _read.set({**known, **_ask(new)})


def is_open() -> bool:
    """Whether something is being read together right now."""
    return bool(_read.get())


@contextmanager
def reading_if_alone(questions: Iterable[Question]) -> Iterator[None]:
    """Read these now, unless somebody around is reading: the page they are a part of has asked for them as well."""
    with nullcontext() if is_open() else reading(questions):
        yield


def rows(queryset: models.QuerySet[M]) -> list[M]:
    """The rows of a queryset: those that were read together with others, or read now."""
    if queryset._result_cache is not None:
        return queryset._result_cache
    try:
        found = _read.get().get(_key(queryset)) if _read.get() else None
    except EmptyResultSet:
        return []
    return list(queryset) if found is None else found


def count(queryset: models.QuerySet[Any]) -> int:
    """How many rows a queryset has: counted together with others, or now."""
    try:
        found = _read.get().get(Count(queryset).key) if _read.get() else None
    except EmptyResultSet:
        return 0
    return queryset.count() if found is None else int(found[0])


def one(asked: One) -> str:
    """The text that a statement gives: asked together with others, or now."""
    found = _read.get().get(asked.key) if _read.get() else None
    return str((found or _ask([_Text(asked)])[asked.key])[0])
