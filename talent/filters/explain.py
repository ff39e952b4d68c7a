"""Why a person matches a tree or does not: a tick or a cross and the actual value at each leaf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any as Fact
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F

from talent.filters import catalogue, sentence, tree
from talent.filters.catalogue import Field, Names
from talent.filters.clock import Clock
from talent.filters.compile import bound, keys_wanted, plain
from talent.filters.tree import All, Any, Condition, Node, Not, Times
from talent.models import FencedCandidate

Facts = dict[str, Fact]


@dataclass(frozen=True)
class Verdict:
    """A node with its answer. Groups have `nodes`; leaves have the `actual` value in words."""

    text: str
    matches: bool
    actual: str = ""
    nodes: tuple[Verdict, ...] = ()


# --- what is true of people


def _used(node: Node) -> list[Field]:
    return [catalogue.fields[name] for name in dict.fromkeys(c.field for c in tree.conditions(node))]


def _column_facts(fields: Sequence[Field], ids: Sequence[UUID], facts: dict[UUID, Facts]) -> None:
    columns = {f.name: F(f.column) for f in fields if f.column}
    plains = {f"{f.name}_plain": plain(F(f.column)) for f in fields if f.type == "words"}
    asked = {f"f_{name}": expression for name, expression in {**columns, **plains}.items()}
    for row in FencedCandidate.objects.filter(pk__in=ids).values("pk", **asked):
        facts[row["pk"]] = {name.removeprefix("f_"): value for name, value in row.items() if name != "pk"}


def _related_facts(field: Field, ids: Sequence[UUID], facts: dict[UUID, Facts]) -> None:
    column = {"flag": "pk", "membership": field.key, "events": "occurred_at"}[field.type]
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for person, value in field.related().filter(candidate_id__in=ids).values_list("candidate_id", column):
        found[person].append(value)
    for person, known in facts.items():
        known[field.name] = found[person]


def facts_about(node: Node, ids: Iterable[UUID]) -> dict[UUID, Facts]:
    """What the fields of a tree say of these people: one query for the columns and one for each other table."""
    wanted, fields = list(ids), _used(node)
    facts: dict[UUID, Facts] = {}
    _column_facts(fields, wanted, facts)
    for field in fields:
        if field.rows is not None:
            _related_facts(field, wanted, facts)
    return facts


def plain_words(node: Node) -> dict[str, str]:
    """Every word that a tree looks for, without case and accents, as the database sees it."""
    words = {w for c in tree.conditions(node) for w in _words_of(c) if catalogue.fields[c.field].type == "words"}
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT w, app.plain(w) FROM unnest(%s::text[]) AS w", [sorted(words)])
        return dict(cursor.fetchall())


def _words_of(condition: Condition) -> list[str]:
    return [word for phrase in _phrases(condition) for word in phrase.split()]


def _phrases(condition: Condition) -> list[str]:
    if isinstance(condition.value, tuple):
        return list(condition.value)
    return [condition.value] if isinstance(condition.value, str) else []


# --- judging


@dataclass(frozen=True)
class _Judge:
    """Answers each leaf in plain Python; that it agrees with `compile.candidates` is a tested property."""

    clock: Clock
    plains: dict[str, str]

    def holds(self, condition: Condition, facts: Facts) -> bool:
        field = catalogue.fields[condition.field]
        judges: dict[str, Callable[[Field, Condition, Facts], bool]] = {
            "keys": self.keys,
            "words": self.words,
            "choice": self.choice,
            "moment": self.moment,
            "flag": self.flag,
            "membership": self.membership,
            "events": self.events,
        }
        return judges[field.type](field, condition, facts)

    def keys(self, field: Field, condition: Condition, facts: Facts) -> bool:
        has = set(facts[field.name])
        if condition.op in ("is_empty", "is_not_empty"):
            return bool(has) is (condition.op == "is_not_empty")
        wanted = set(keys_wanted(field, condition))
        if condition.op == "is_all_of":
            return wanted <= has
        return bool(wanted & has) is (condition.op == "is_any_of")

    def words(self, field: Field, condition: Condition, facts: Facts) -> bool:
        text = facts[f"{field.name}_plain"]
        if condition.op in ("is_empty", "is_not_empty"):
            return bool(facts[field.name]) is (condition.op == "is_not_empty")
        found = any(all(self.plains[w] in text for w in phrase.split()) for phrase in _phrases(condition))
        return found is (condition.op != "contains_none")

    def choice(self, field: Field, condition: Condition, facts: Facts) -> bool:
        has = str(facts[field.name] or "")
        if condition.op in ("is_empty", "is_not_empty"):
            return bool(has) is (condition.op == "is_not_empty")
        return (has in cast("tuple[str, ...]", condition.value)) is (condition.op == "is_any_of")

    def moment(self, field: Field, condition: Condition, facts: Facts) -> bool:
        at: datetime | None = facts[field.name]
        if condition.op in ("is_empty", "is_not_empty"):
            return (at is not None) is (condition.op == "is_not_empty")
        if at is None:
            return condition.op == "not_in_last"
        return (at >= bound(condition, self.clock)) is (condition.op in ("in_last", "on_or_after"))

    def flag(self, field: Field, condition: Condition, facts: Facts) -> bool:
        return bool(facts[field.name]) is (condition.op == "is_true")

    def membership(self, field: Field, condition: Condition, facts: Facts) -> bool:
        has = {str(key) for key in facts[field.name]}
        if condition.op in ("is_empty", "is_not_empty"):
            return bool(has) is (condition.op == "is_not_empty")
        return bool(has & set(cast("tuple[str, ...]", condition.value))) is (condition.op == "is_any_of")

    def events(self, field: Field, condition: Condition, facts: Facts) -> bool:
        asked = condition.value if isinstance(condition.value, Times) else Times(1, cast(int, condition.value))
        count = sum(at >= self.clock.days_ago(asked.days) for at in facts[field.name])
        return (count >= asked.times) is (condition.op == "at_least")


def _verdict(node: Node, facts: Facts, judge: _Judge, names: Names) -> Verdict:
    match node:
        case Condition():
            text = sentence.phrase(node, names, judge.clock)
            return Verdict(text, judge.holds(node, facts), sentence.actual(node, facts, names, judge.clock))
        case Not(inner):
            below = _verdict(inner, facts, judge, names)
            return Verdict("None of these", not below.matches, "", below.nodes if isinstance(inner, Any) else (below,))
        case All(nodes):
            parts = tuple(_verdict(one, facts, judge, names) for one in nodes)
            return Verdict("All of these", all(p.matches for p in parts), "", parts)
        case Any(nodes):
            parts = tuple(_verdict(one, facts, judge, names) for one in nodes)
            return Verdict("Any of these", any(p.matches for p in parts), "", parts)


def explain_all(node: Node, ids: Iterable[UUID], now: datetime, zone: ZoneInfo) -> dict[UUID, Verdict]:
    """A verdict for each of these people who exists in the current tenant; the queries do not grow with the people."""
    judge, names = _Judge(Clock(now, zone), plain_words(node)), Names()
    return {pk: _verdict(node, facts, judge, names) for pk, facts in facts_about(node, ids).items()}


def explain(node: Node, candidate_id: UUID, now: datetime, zone: ZoneInfo) -> Verdict:
    """Why one person matches or does not; KeyError when there is no such person in the current tenant."""
    return explain_all(node, [candidate_id], now, zone)[candidate_id]
