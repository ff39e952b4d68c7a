"""Finds people by words: every fact about them by full text, addresses and numbers by fragments, names with typos."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, Case, F, FloatField, Func, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Cast

from crm.tenancy.context import current_tenant_id
from talent import identity
from talent.identity import NotAContactPoint
from talent.models import FencedCandidate

MOST_LETTERS = 400
MOST_TERMS = 24
MOST_FRAGMENTS = 1000
SHORTEST_FRAGMENT = 4
LIKENESS = 0.45  # how much of the trigrams of the words a name must have; 0.6 misses "Micheal"

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_UNUSABLE = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_NUMBER = re.compile(r"\+?[\d\s()./-]+")


@dataclass(frozen=True)
class Term:
    """One word or quoted phrase. The last bare word is looked for as a beginning."""

    text: str
    negated: bool = False
    begins: bool = False

    @property
    def fragment(self) -> str:
        """What contact points are searched for, in their normal form; empty when it is no part of one."""
        text = self.text.casefold()
        if "@" in text:
            return text if len(text) >= SHORTEST_FRAGMENT else ""
        digits = re.sub(r"\D", "", text)
        return digits if _NUMBER.fullmatch(text) and len(digits) >= SHORTEST_FRAGMENT else ""


def parse(words: str) -> list[list[Term]]:
    """Groups of terms: one group must match, in it all terms.

    `"quotes"` make phrases, `OR` (or `|`) separates groups, `-` and `NOT` exclude, `AND` says nothing new. Whatever is
    typed can be read: signs without letters or digits are left out. A telephone number may be written with spaces.
    """
    cleaned = _UNUSABLE.sub(" ", words)[:MOST_LETTERS].strip()
    if _NUMBER.fullmatch(cleaned):
        return [[Term(cleaned)]] if any(c.isdigit() for c in cleaned) else []
    groups: list[list[Term]] = [[]]
    negated = False
    for found in list(_TERM.finditer(cleaned))[:MOST_TERMS]:
        minus, quoted, bare = found[1], found[2], found[3]
        if bare in ("OR", "|") and not minus:
            groups.append([])
        elif bare == "NOT" and not minus:
            negated = True
        elif bare != "AND" and any(c.isalnum() for c in quoted or bare or ""):
            is_out = bool(minus) or negated
            begins = bare is not None and not is_out and found.end() == len(cleaned)
            groups[-1].append(Term(quoted or bare or "", is_out, begins))
            negated = False
    return [group for group in groups if group]


_PHRASE = "phraseto_tsquery('pg_catalog.simple', %(expressions)s)"
# The text of a tsquery ends with its last word in quotes; nothing in it comes from the user unquoted.
_BEGINS = f"(nullif({_PHRASE}::text, '') || ':*')::tsquery"


def _tsquery(term: Term) -> Expression:
    plain = Func(Value(term.text), template="public.unaccent('public.unaccent', %(expressions)s)")
    return Func(plain, template=_BEGINS if term.begins else _PHRASE, output_field=TextField())


def _matches(vector: Combinable, query: Expression) -> Func:
    return Func(vector, query, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def _owners(fragment: str) -> list[str]:
    """Keys of people one of whose contact points has this in it; the fenced view lets the trigram index work."""
    try:
        exact = identity.email(fragment).normal
    except NotAContactPoint:
        exact = ""
    like = fragment.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT candidate_id FROM talent_contactpoint_fenced "
            "WHERE tenant_id = %s AND (normal LIKE %s OR normal = %s) LIMIT %s",
            [current_tenant_id(), f"%{like}%", exact, MOST_FRAGMENTS],
        )
        return [row[0] for row in cursor.fetchall()]


def _condition(term: Term) -> Q:
    found = Q(_matches(F("search"), _tsquery(term)))
    if term.fragment and (owners := _owners(term.fragment)):
        found |= Q(pk__in=owners)
    return ~found if term.negated else found


def _plain(expression: Combinable) -> Func:
    return Func(expression, function="app.plain", output_field=TextField())


def _score(groups: list[list[Term]]) -> Expression:
    """How well a person fits: 1 for words found in the name, and up to 1 for how often and how near they stand."""
    positive = [term for group in groups for term in group if not term.negated]
    if not positive:
        return Value(0.0, output_field=FloatField())
    either = Func(*[_tsquery(t) for t in positive], template="(%(expressions)s)", arg_joiner=" || ")
    rank = Func(F("search"), either, Value(32), function="ts_rank", output_field=FloatField())
    names = Func(F("name"), function="app.words", output_field=TextField())
    named = Case(When(_matches(names, either), then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    return named + Cast(rank, FloatField())


def find(words: str, among: QuerySet[FencedCandidate] | None = None) -> QuerySet[FencedCandidate]:
    """People of the current tenant (or of `among`) who match, annotated with `score`, unordered.

    Blank words find everybody; words without any letter or digit find nobody. No text raises.
    """
    people = FencedCandidate.objects.all() if among is None else among
    if not words.strip():
        return people.annotate(score=Value(0.0, output_field=FloatField()))
    groups = parse(words)
    some = Q(pk__in=[])
    for group in groups:
        every = Q()
        for term in group:
            every &= _condition(term)
        some |= every
    return people.filter(some).annotate(score=_score(groups))


def similar(words: str, among: QuerySet[FencedCandidate] | None = None) -> QuerySet[FencedCandidate]:
    """People whose name is nearly what was typed, with `score` (0 to 1), unordered: for when `find` is empty."""
    people = FencedCandidate.objects.all() if among is None else among
    name = " ".join(term.text for group in parse(words) for term in group if not term.negated)
    if len(name) < 3:
        return people.none().annotate(score=Value(0.0, output_field=FloatField()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
    typed = _plain(Value(name))
    near = Func(_plain(F("name")), typed, template="(%(expressions)s)", arg_joiner=" %%> ", output_field=BooleanField())
    likeness = Func(typed, _plain(F("name")), function="word_similarity", output_field=FloatField())
    return people.filter(near).annotate(score=Cast(likeness, FloatField()))
