"""Finds people by words: every fact about them by full text, addresses and numbers by fragments, names with typos."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Case, F, FloatField, Func, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

from crm.unseen import one_line
from talent.models import FencedCandidate
from talent.search import grammar
from talent.search.compile import is_number, matches, tsquery, where
from talent.search.grammar import Either, Node, Reading, Word

AsSql = tuple[str, tuple[Any, ...]]
LIKENESS = 0.45  # how much of the trigrams of the words a name must have; 0.6 misses "Micheal"
MOST_RANKED = 12  # words that a rank looks at
SECONDS = 5  # of one question to the database
TOO_SLOW = "This search takes too long. Begin with a rarer word, or with a field: skill:, title:, country:."


class TooSlow(Exception):
    """The search was given up after SECONDS; the message is for the user."""


def read(words: str) -> Reading:
    """What was typed. A bare word at its end is a beginning; a telephone number with spaces is one word."""
    typed = words.strip()[: grammar.MOST_LETTERS]
    if is_number(typed):
        return Reading(Word(one_line(typed), is_phrase=True))
    reading = grammar.parse(words)
    return Reading(grammar.unfinished(reading), reading.problems, reading.is_open)


@contextmanager
def in_time(seconds: float = 0) -> Iterator[None]:
    """Questions inside are given up after SECONDS each, or as many as are given; raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)",
                [f"{(seconds or SECONDS) * 1000:.0f}ms"],
            )
            before = cursor.fetchone()[0]
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "57014":
            raise
        raise TooSlow(TOO_SLOW) from error


def _plain(expression: Combinable) -> Func:
    return Func(expression, function="app.plain", output_field=TextField())


def wanted(node: Node | None) -> Node | None:
    """Any of the words that are looked for: what results are ranked by and highlighted with."""
    found: list[Node] = [Word(w.text, is_phrase=w.is_phrase, begins=w.begins) for w in grammar.words(node)]
    unique = tuple(dict.fromkeys(found))[:MOST_RANKED]
    return Either(unique) if len(unique) > 1 else unique[0] if unique else None


def score(node: Node | None) -> Expression:
    """How well a person fits: 1 for words found in the name, and up to 1 for how often and how near they stand."""
    either = wanted(node)
    if either is None:
        return Cast(Value(0.0), FloatField())  # a bare number cannot be sorted by
    query = tsquery(either)
    rank = Func(F("search"), query, Value(32), function="ts_rank", output_field=FloatField())
    named = Case(When(_is_named(either, query), then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    return named + Cast(rank, FloatField())


class _Perhaps(Func):
    """Whether a name fits, which is looked at closely only where it holds the texts or has letters beyond ASCII."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **more: Any) -> AsSql:
        name, fits, *texts = self.get_source_expressions()
        (column, _), (closely, asked) = compiler.compile(name), compiler.compile(fits)
        said = [compiler.compile(text) for text in texts]
        holds = [f"strpos(lower({column}), {text}) > 0" for text, _ in said]
        may = " OR ".join((f"octet_length({column}) <> length({column})", *holds))
        return f"CASE WHEN {may} THEN {closely} ELSE false END", (*(v for _, values in said for v in values), *asked)


def _is_named(node: Node, query: Expression) -> Expression:
    """Whose name has one of the words. To take a name apart costs four times as much as to see what stands in it."""
    fits = matches(Func(F("name"), function="app.words", output_field=TextField()), query)
    texts = [word.text.lower() for word in grammar.words(node)]
    if not all(text.isascii() and text.isalnum() for text in texts):
        return fits
    return _Perhaps(F("name"), fits, *map(Value, texts), output_field=BooleanField())


def among(words: str, people: QuerySet[FencedCandidate]) -> QuerySet[FencedCandidate]:
    """Those of some people who match, unordered.

    Blank words find everybody; words without any letter or digit find nobody. No text raises: what could not be read is
    told by `read(words).problems`, and the rest is looked for.
    """
    if not words.strip():
        return people
    node = read(words).node
    return people.filter(where(node)) if node else people.none()


def scored(words: str, people: QuerySet[FencedCandidate]) -> QuerySet[FencedCandidate]:
    """These people, annotated with the `score` of how well they fit."""
    return people.annotate(score=score(read(words).node if words.strip() else None))


def find(words: str) -> QuerySet[FencedCandidate]:
    """People of the current tenant who match, annotated with `score`."""
    return scored(words, among(words, FencedCandidate.objects.all()))


def similar(words: str, among: QuerySet[FencedCandidate] | None = None) -> QuerySet[FencedCandidate]:
    """People whose name is nearly what was typed, with `score` (0 to 1), unordered: for when `find` is empty."""
    people = FencedCandidate.objects.all() if among is None else among
    typed_name = " ".join(w.text for w in grammar.words(read(words).node) if w.field in ("", "name"))
    if not 3 <= len(typed_name) <= 200:
        return people.none().annotate(score=Value(0.0, output_field=FloatField()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
    typed = _plain(Value(typed_name))
    near = Func(_plain(F("name")), typed, template="(%(expressions)s)", arg_joiner=" %%> ", output_field=BooleanField())
    likeness = Func(typed, _plain(F("name")), function="word_similarity", output_field=FloatField())
    return people.filter(near).annotate(score=Cast(likeness, FloatField()))
