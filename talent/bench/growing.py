"""What grows with the tenant and what must not: the same questions at a tenth of the size, and a small tenant alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client

from crm.bench.measure import Spread, geometric_mean, varied
from crm.bench.rows import Options, Row
from talent.bench import counting, finding, pages, rules
from talent.bench.stage import Stage, open_tenant, stage
from talent.populate.run import OTHERS

# Tables that grow with the people: no page of a small tenant may walk through one of them.
LARGE = ("talent_candidate", "talent_contactpoint", "talent_candidateskill", "talent_candidatetag", "crm_event")
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
    """Exponents: 1 is in proportion to the people, 0 not at all. With `--long` ten times as many people as well."""
    sizes = [
        max(OTHERS, options.candidates // 10),
        options.candidates,
        *([options.candidates * 10] if options.long else []),
    ]
    took: list[dict[str, Spread]] = []
    for size in sizes:
        with stage(replace(options, fresh=False), size) as here:
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


def _small(options: Options, slug: str, size: int) -> list[float]:
    with stage(replace(options, fresh=False), size) as here:
        tenant = here.small if slug == "small" else here.large
        client, path = here.client(tenant), here.path(tenant, "candidates/")
        calls = [partial(pages.get, client, f"{path}?{query}") for query in PAGES]
        return list(varied({"ours": calls}, rounds=5)["ours"].seconds)


def neighbours(options: Options) -> list[Row]:
    """Pages of a small tenant beside the large one, and of a tenant as small that is nearly alone."""
    beside: list[float] = []
    alone: list[float] = []
    for _ in range(3):
        beside += _small(options, "small", options.candidates)
        alone += _small(options, "large", max(OTHERS, options.candidates // OTHERS))
    ratio = geometric_mean([a / b for a, b in zip(beside, alone, strict=True)])
    mine, other = Spread(beside), Spread(alone)
    name = f"small tenant's pages beside {options.candidates}"
    return [Row(name, mine.p50 * 1000, "ms", f"{other.p50 * 1000:.1f} ms alone", ratio, 1.1)]


def plans(here: Stage) -> list[Row]:
    """How many statements of a small tenant's pages walk through a large table."""
    client, path = here.client(here.small), here.path(here.small, "candidates/")
    found = [walk for query in PAGES for walk in walks(here, client, f"{path}?{query}")]
    return [Row("small tenant: sequential scans", len(found), "", "none", len(found), 0, "\n".join(found))]


def walks(here: Stage, client: Client, path: str) -> list[str]:
    """Statements of a page, with their plans, that walk through a large table."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))  # with its values apart: what is prepared has no text in the log of queries
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        pages.get(client, path)
    with open_tenant(here.small):
        return [f"{path}: {sql}" for sql, params in asked if sql.startswith("SELECT") and _walks(sql, params)]


def _walks(sql: str, params: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
        plan = "\n".join(f"{row[0]} " for row in cursor.fetchall())
    return any(f"Seq Scan on {table} " in plan for table in LARGE)
