"""What grows with the tenant and what must not: the same questions at a tenth of the size, and a small tenant alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
from django.db import connection, connections
from django.test import Client
from psycopg.raw_cursor import RawCursorMixin

from crm.bench.measure import Spread, geometric_mean, varied
from crm.bench.rows import Options, Row
from talent.bench import counting, finding, pages, rules
from talent.bench.stage import Stage, open_tenant, stage
from talent.populate.run import OTHERS

# Tables that grow with the people: no page of a small tenant may walk through one of them.
LARGE = ("talent_candidate", "talent_contactpoint", "talent_candidateskill", "talent_candidatetag", "crm_event")
TURNS = 15
PAGES = ("", "sort=name", "country=DE", "skill=python", "q=python", "title=senior", "sort=replied", "quiet=30")


def _own_times(here: Stage, now: datetime) -> dict[str, Spread]:
    client, path = here.client(here.large), here.path(here.large, "candidates/")
    questions: dict[str, list[Callable[[], object]]] = {
        "counts": [counting.by_compiler(rule, here.large.pk, now) for rule in rules.fixed(now)],
        "pages": [partial(pages.get, client, f"{path}?{query}") for query in pages.QUERIES],
        "search": [finding.ours(here, question, now) for question in finding.questions()[:20]],
    }
    return {name: varied({"ours": asked})["ours"] for name, asked in questions.items()}


def growth(options: Options, now: datetime) -> list[Row]:
    """Exponents: 1 is in proportion to the people, 0 not at all. With `--long` ten times as many people as well, lean
    ones: whole ones would need more than a hundred gigabytes for a million's ten times.
    """
    sizes = [
        max(OTHERS, options.candidates // 10),
        options.candidates,
        *([options.candidates * 10] if options.long else []),
    ]
    took: list[dict[str, Spread]] = []
    for size in sizes:
        with stage(replace(options, fresh=False), size, is_lean=size > options.candidates) as here:
            took.append(_own_times(here, now))
    return [row for step in range(1, len(sizes)) for row in _exponents(sizes[step], took[step - 1], took[step])]


def _exponents(size: int, before: dict[str, Spread], after: dict[str, Spread]) -> list[Row]:
    goals = {"counts": 1.1, "pages": 0.2, "search": 0.2}
    rows = []
    for name, most in goals.items():
        ratios = [b / a for a, b in zip(before[name].seconds, after[name].seconds, strict=True)]
        exponent = math.log10(geometric_mean(ratios))
        against = f"{before[name].p50 * 1000:.1f} ms at a tenth"
        rows.append(Row(f"growth to {size}: {name}", after[name].p50 * 1000, "ms", against, exponent, most))
    return rows


@contextmanager
def _house(options: Options, size: int, of: str) -> Iterator[list[Callable[[], object]]]:
    """Pages of a tenant in the database of that size; each call brings its own connections, which stay open."""
    with stage(replace(options, fresh=False), size) as here:
        wires = {alias: connections[alias].copy() for alias in connections}
        tenant = here.small if of == "small" else here.large
        client, path = here.client(tenant), here.path(tenant, "candidates/")

    def call(query: str) -> None:
        for alias, wire in wires.items():
            connections[alias] = wire
        pages.get(client, f"{path}?{query}")

    try:
        yield [partial(call, query) for query in PAGES]
    finally:
        for wire in wires.values():
            wire.close()


def neighbours(options: Options) -> list[Row]:
    """Pages of a small tenant beside the large one, and of a tenant as small that is nearly alone, turn by turn."""
    before = {alias: connections[alias] for alias in connections}
    alone = max(OTHERS, options.candidates // OTHERS)
    with _house(options, options.candidates, "small") as ours, _house(options, alone, "large") as others:
        try:
            took = varied({"beside": ours, "alone": others}, rounds=TURNS)
        finally:
            for alias, wire in before.items():
                connections[alias] = wire
    mine, other = took["beside"], took["alone"]
    ratio = geometric_mean([a / b for a, b in zip(mine.seconds, other.seconds, strict=True)])
    name = f"small tenant's pages beside {options.candidates}"
    each = (f"{q}: {a * 1000:.1f} {b * 1000:.1f}" for q, a, b in zip(PAGES, mine.seconds, other.seconds, strict=True))
    against = f"{other.p50 * 1000:.1f} ms alone"
    return [Row(name, mine.p50 * 1000, "ms", against, ratio, 1.1, "\n".join(each))]


def plans(here: Stage) -> list[Row]:
    """How many statements of a small tenant's pages walk through a large table."""
    client, path = here.client(here.small), here.path(here.small, "candidates/")
    found = [walk for query in PAGES for walk in walks(here, client, f"{path}?{query}")]
    return [Row("small tenant: sequential scans", len(found), "", "none", len(found), 0, "\n".join(found))]


def walks(here: Stage, client: Client, path: str) -> list[str]:
    """Statements of a page that walk through a large table."""
    asked: list[tuple[str, Any, bool]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append((sql, params, isinstance(context["cursor"].cursor, RawCursorMixin)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):  # the log of queries does not have the text of what is prepared
        pages.get(client, path)
    with open_tenant(here.small):
        return [f"{path}: {one[0]}" for one in asked if one[0].startswith("SELECT") and _is_walk(*one)]


def _is_walk(sql: str, params: Any, is_numbered: bool) -> bool:
    plan = _plan(sql, params, is_numbered)
    return any(f"Seq Scan on {table} " in plan for table in LARGE)


def _plan(sql: str, params: Any, is_numbered: bool) -> str:
    """`is_numbered`: the values stand in it as `$1`, `$2`."""
    with psycopg.RawCursor(connection.connection) if is_numbered else connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
        return "\n".join(f"{row[0]} " for row in cursor.fetchall())
