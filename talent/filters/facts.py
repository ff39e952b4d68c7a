"""What is true of people, as far as some rules ask: a query for the columns and one for each other table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from crm.tenancy.many import among
from talent.filters import catalogue, tree
from talent.filters.catalogue import Field
from talent.filters.clock import Clock
from talent.filters.judge import Facts, phrases_of
from talent.filters.leaves import leaf, plain
from talent.filters.tree import Condition, Node, Rated, Times
from talent.models import FencedCandidate

People = dict[UUID, Facts]


def _asked(own: Sequence[Field], mapped: bool) -> dict[str, Any]:
    """The columns to read, under names that no column has."""
    asked: dict[str, Any] = {f"f_{n}": F(f.column) for n, f in enumerate(own)}
    asked |= {f"p_{n}": plain(F(f.column)) for n, f in enumerate(own) if f.type == "words"}
    return asked | ({"north": F("latitude"), "east": F("longitude")} if mapped else {})


def _facts(row: dict[str, Any], own: Sequence[Field]) -> Facts:
    facts: Facts = {"pk": row["pk"]}
    for n, field in enumerate(own):
        value = row[f"f_{n}"]
        facts[field.name] = value if field.type == "keys" else [] if value is None or value == "" else [value]
        if field.type == "words":
            facts[f"{field.name}_plain"] = [row[f"p_{n}"]] if value else []
    return facts


def _column_facts(fields: Sequence[Field], ids: Sequence[UUID], known: People) -> None:
    own = [f for f in fields if f.column and (f.rows is None or f.type == "keys")]
    mapped = [f.name for f in fields if f.type == "near"]
    for row in FencedCandidate.objects.filter(among("pk", ids)).values("pk", **_asked(own, bool(mapped))):
        known[row["pk"]] = _facts(row, own)
        for name in mapped:
            point = (row["north"], row["east"])
            known[row["pk"]][name] = [] if None in point else [point]


def _related(field: Field, conditions: Sequence[Condition], clock: Clock) -> QuerySet[Any]:
    """The rows of a field that any of its conditions can see."""
    if field.type != "events":
        return field.related(clock)
    days = [c.value.days if isinstance(c.value, Times) else cast(int, c.value) for c in conditions]
    return field.related(clock).filter(occurred_at__gte=clock.ago(max(days)))


def _read(rows: QuerySet[Any], columns: Sequence[Any], ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for person, *values in rows.filter(among("candidate_id", ids)).values_list("candidate_id", *columns):
        found[person].append(values[0] if len(values) == 1 else tuple(values))
    return found


def _related_facts(
    field: Field, conditions: Sequence[Condition], clock: Clock, ids: Sequence[UUID], known: People
) -> None:
    rows = _related(field, conditions, clock)
    if field.type == "keys":
        for rating in dict.fromkeys(field.ratings.values()):
            rated = _read(rows, [field.rating_key, rating], ids)
            for person, facts in known.items():
                facts[f"{field.name}_{rating}"] = rated[person]
        return
    if field.type == "words":
        texts = _read(rows, [field.column, plain(F(field.column))], ids)
        for person, facts in known.items():
            facts[field.name] = [text for text, _ in texts[person]]
            facts[f"{field.name}_plain"] = [text for _, text in texts[person]]
        return
    column = {"flag": "pk", "events": "occurred_at"}.get(field.type, field.column)
    found = _read(rows, [column], ids)
    for person, facts in known.items():
        values = [value for value in found[person] if value is not None]
        facts[field.name] = [v for several in values for v in several] if field.is_array else values


def _database_facts(conditions: Iterable[Condition], clock: Clock, ids: Sequence[UUID], known: People) -> None:
    """Long texts stay where they are: the database answers each condition on them."""
    for condition in conditions:
        field = catalogue.field(condition.field)
        op, _ = catalogue.positive(field, condition.op)
        asked = leaf(Condition(condition.field, op, condition.value), clock)
        found = set(FencedCandidate.objects.filter(among("pk", ids)).filter(asked).values_list("pk", flat=True))
        for person, facts in known.items():
            facts[condition] = person in found


def _needs_rows(field: Field, conditions: Sequence[Condition]) -> bool:
    return field.rows is not None and (field.type != "keys" or any(isinstance(c.value, Rated) for c in conditions))


def about(nodes: Iterable[Node], ids: Iterable[UUID], clock: Clock) -> People:
    """What the fields of some trees say of these people, those who exist in the current tenant."""
    asked: dict[str, list[Condition]] = defaultdict(list)
    for condition in dict.fromkeys(c for node in nodes for c in tree.conditions(node)):
        asked[condition.field].append(condition)
    wanted, fields = list(ids), [catalogue.field(name) for name in asked]
    known: People = {}
    _column_facts([f for f in fields if not f.is_long], wanted, known)
    for field in fields:
        if field.is_long:
            _database_facts(asked[field.name], clock, wanted, known)
        elif _needs_rows(field, asked[field.name]):
            _related_facts(field, asked[field.name], clock, wanted, known)
    return known


def plains(nodes: Iterable[Node]) -> dict[str, str]:
    """Every word and phrase that trees look for, without case and accents, as the database sees it."""
    conditions = (c for node in nodes for c in tree.conditions(node) if catalogue.field(c.field).type == "words")
    phrases = {phrase for c in conditions for phrase in phrases_of(c)}
    words = sorted(phrases | {word for phrase in phrases for word in phrase.split()})
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT w, app.plain(w) FROM unnest(%s::text[]) AS w", [words])
        return dict(cursor.fetchall())
