"""Reads what a page needs from many tables in one statement.

A page of one thing asks a dozen small questions, each cheap and each a round trip. `reading(querysets)` asks them
together and remembers the answers while it lasts; `rows(queryset)` gives the remembered answer to exactly that question
and asks the database for any other. Nothing outlives the `with`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)
Key = tuple[str, tuple[str, ...]]
_read: ContextVar[dict[Key, list[Any]]] = ContextVar("read", default={})  # noqa: B039 - never written to


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


class _Question:
    """One queryset of models, with `select_related` and annotations, as a part of the statement."""

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        self.key = _key(queryset)
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.params = self.compiler.as_sql()

    @property
    def part(self) -> str:
        names = ", ".join(f"c{n}" for n in range(len(self.compiler.select)))
        return f"(SELECT coalesce(json_agg(row_to_json(t)), '[]')::text FROM ({self.sql}) AS t ({names}))"  # noqa: S608

    def answer(self, text: str) -> list[Any]:
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


def _questions(querysets: Iterable[models.QuerySet[Any]]) -> Iterator[_Question]:
    for queryset in querysets:
        try:
            yield _Question(queryset)
        except EmptyResultSet:
            continue


def fetch(querysets: Iterable[models.QuerySet[Any]]) -> dict[Key, list[Any]]:
    """The rows of all of them, in one statement."""
    questions = list(_questions(querysets))
    if not questions:
        return {}
    params = [value for question in questions for value in question.params]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(question.part for question in questions), params)
        texts: Sequence[str] = cursor.fetchone()
    return {question.key: question.answer(text) for question, text in zip(questions, texts, strict=True)}


@contextmanager
def reading(querysets: Iterable[models.QuerySet[Any]]) -> Iterator[None]:
    """Read these now, together; `rows` has their answers as long as this lasts."""
    token = _read.set({**_read.get(), **fetch(querysets)})
    try:
        yield
    finally:
        _read.reset(token)


def is_open() -> bool:
    """Whether something is being read together right now."""
    return bool(_read.get())


def rows(queryset: models.QuerySet[M]) -> list[M]:
    """The rows of a queryset: those that were read together with others, or read now."""
    try:
        found = _read.get().get(_key(queryset)) if _read.get() else None
    except EmptyResultSet:
        return []
    return list(queryset) if found is None else found
