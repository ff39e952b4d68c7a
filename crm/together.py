"""Reads what a page needs from many tables in one statement.

A page of one thing asks a dozen small questions, each cheap and each a round trip. `reading(questions)` asks them
together and remembers the answers while it lasts; `rows(question)` gives the remembered answer to exactly that question
and asks the database for any other. Nothing outlives the `with`; the shell of a page, which `remember`s, has a `scope`
around each request. `Count` asks how many rows there are, `One` for the text of a statement of its own; `count` and
`one` give those answers. Questions that a page asks again and again are `planned`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

from crm.questions import Asked, Count, Key, One, Planned, Question, Word, plan, planned
from crm.tenancy import prepared

M = TypeVar("M", bound=models.Model)
_read: ContextVar[dict[Key, list[Any]]] = ContextVar("read", default={})  # noqa: B039 - never written to


def fetch(questions: Iterable[Question]) -> dict[Key, list[Any]]:
    """The answers to all of them, in one statement. Whoever holds a queryset has its rows as well."""
    asked = [(question, plan(question)) for question in questions]
    found = _ask([made for _, made in asked if made.found is None])
    for question, made in asked:
        if isinstance(question, models.QuerySet):
            question._result_cache = made.found if made.found is not None else found[made.key]
    return found


def _ask(asked: Iterable[Planned[Any]]) -> dict[Key, list[Any]]:
    parts = list({one.key: one for one in asked}.values())
    if not parts:
        return {}
    params = [value for part in parts for value in part.params]
    asked_again = all(part.comes_again for part in parts)
    text = _one_of([part.statement.part for part in parts if part.statement])
    with prepared.cursor(by_heart=asked_again) as cursor:
        cursor.execute(prepared.numbered(text)[0] if asked_again else text, params)
        texts: Sequence[str] = cursor.fetchone()
    return {part.key: part.answer(text) for part, text in zip(parts, texts, strict=True)}


def _one_of(pieces: Sequence[str]) -> str:
    return "SELECT " + ", ".join(pieces)


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
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def remember(asks: Callable[[], Iterable[Question]]) -> None:
    """Read now what is not known yet, and keep it until the scope around this ends: nothing is written any more."""
    known = _read.get()
    made = [plan(q) for q in asks() if not (isinstance(q, models.QuerySet) and q._result_cache is not None)]
    if new := [one for one in made if one.found is None and one.key not in known]:
        _read.set({**known, **_ask(new)})


def is_open() -> bool:
    """Whether something is being read together right now."""
    return bool(_read.get())


@contextmanager
def reading_if_alone(questions: Iterable[Question]) -> Iterator[None]:
    """Read these now, unless somebody around is reading: the page they are a part of has asked for them as well."""
    with nullcontext() if is_open() else reading(questions):
        yield


def _answer(asked: Question) -> list[Any]:
    made = plan(asked)
    if made.found is not None:
        return made.found
    found = _read.get().get(made.key)
    return _ask([made])[made.key] if found is None else found


def rows(asked: Asked[M]) -> list[M]:
    """The rows of a question: those that were read together with others, or read now."""
    if isinstance(asked, Planned):
        return _answer(asked)
    if asked._result_cache is not None:
        return asked._result_cache
    found = _read.get().get(made.key) if _read.get() and (made := plan(asked)).found is None else None
    return list(asked) if found is None else found


def count(asked: models.QuerySet[Any] | Count | Planned[Any]) -> int:
    """How many rows there are: counted together with others, or now."""
    return int((_answer(asked if isinstance(asked, Count | Planned) else Count(asked)) or [0])[0])


def one(asked: One | Planned[Any]) -> str:
    """The text that a statement gives: asked together with others, or now."""
    return str(_answer(asked)[0])


__all__ = [
    "Asked",
    "Count",
    "One",
    "Planned",
    "Question",
    "Word",
    "count",
    "fetch",
    "is_open",
    "one",
    "planned",
    "reading",
    "reading_if_alone",
    "remember",
    "rows",
    "scope",
]
