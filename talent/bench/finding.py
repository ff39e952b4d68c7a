"""Full-text search through the product, against the same search as SQL by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from crm.bench.measure import Spread, geometric_mean, varied
from crm.bench.rows import Row
from talent.bench.stage import Stage, open_tenant
from talent.crowd import word
from talent.populate import words
from talent.services import listing
from talent.services.listing import Asked

VARIED = 60
SLOWEST = 150.0
# The same people in a table of their own, with the index that one makes for words and tenant: raw SQL as it is written.
PEOPLE = """
CREATE SCHEMA IF NOT EXISTS bench;
DROP TABLE IF EXISTS bench.people;
CREATE TABLE bench.people AS SELECT {columns}, tenant_id, search FROM talent_candidate WHERE tenant_id = '{tenant}';
ALTER TABLE bench.people ADD PRIMARY KEY (id);
CREATE INDEX ON bench.people USING gin (tenant_id, search);
CREATE INDEX ON bench.people (tenant_id, created_at DESC, id DESC);
ANALYZE bench.people;
"""
PLAIN = ("bench.people", "search @@ to_tsquery('simple', '{query}')")
# Written by whoever knows of the index that the product has.
MARKED = (
    "talent_candidate",
    "app.marked(tenant_id, search) @@ app.marked_query('{tenant}', to_tsquery('simple', '{query}'))",
)
COUNT = "SELECT count(*) FROM (SELECT FROM {table} WHERE tenant_id = '{tenant}' AND {found} LIMIT 10001) x"
COLUMNS = (
    "id, name, headline, current_title, current_company, location, city, country, state, skill_keys, tag_ids, "
    "source_id, owner_id, last_contacted_at, last_replied_at, created_at, updated_at"
)
PAGE = (
    "SELECT {columns}, {score} AS score FROM {table} WHERE tenant_id = '{tenant}' AND {found} "
    "ORDER BY {order} DESC, id DESC LIMIT 51"
)
RANK = (
    "CASE WHEN app.words(name) @@ to_tsquery('simple', '{query}') THEN 1.0 ELSE 0.0 END "
    "+ ts_rank(search, to_tsquery('simple', '{query}'), 32)"
)
Question = list[str]


def questions(seed: int = 3) -> list[Question]:
    """What is typed: names, words of summaries, skills, and two of them."""
    chance = random.Random(seed)  # noqa: S311 - the same questions each time
    given, family, skills = words.given_names(), words.family_names(), words.skill_names()
    kinds: list[Callable[[], Question]] = [
        lambda: [given[chance.randrange(40, 400)].lower(), family[chance.randrange(20)].lower()],
        lambda: [family[chance.randrange(5000)].lower()],
        lambda: [word(chance.randrange(30, 9000))],
        lambda: [word(chance.randrange(5, 300)), word(chance.randrange(5, 300))],
        lambda: [skills[chance.randrange(40)].lower(), word(chance.randrange(5, 100))],
        lambda: ["senior", word(chance.randrange(20, 2000))],
    ]
    asked = [kinds[number % len(kinds)]() for number in range(VARIED * 2)]
    plain = [question for question in asked if all(part.isascii() and part.isalpha() for part in question)]
    return plain[:VARIED]


def ours(stage: Stage, question: Question, now: datetime) -> Callable[[], int]:
    # The space at the end says that the last word is whole.
    asked = Asked(words=" ".join(question) + " ")

    def ask() -> int:
        with open_tenant(stage.large):
            return listing.page(asked, now=now).total

    return ask


def by_hand(stage: Stage, question: Question, way: tuple[str, str] = PLAIN) -> Callable[[], int]:
    table, found = way
    said = {"tenant": stage.large.pk, "query": " & ".join(question)}
    facts = {**said, "table": table, "found": found.format(**said), "columns": COLUMNS}

    def ask() -> int:
        row = stage.owner.execute(COUNT.format(**facts).encode()).fetchone()
        total = int(str(row[0])) if row else 0
        ranked = total <= listing.RANKED
        score = RANK.format(**facts) if ranked else "0"
        order = "score" if ranked else "created_at"
        stage.owner.execute(PAGE.format(score=score, order=order, **facts).encode()).fetchall()
        return total

    return ask


def search(stage: Stage, now: datetime) -> list[Row]:
    """Count and first page of varied words, against raw SQL; on our own index without a goal."""
    stage.owner.execute(PEOPLE.format(columns=COLUMNS, tenant=stage.large.pk).encode())  # anew: the people as they are
    asked = questions()
    mine = [ours(stage, q, now) for q in asked]
    hand, marked = ([by_hand(stage, q, way) for q in asked] for way in (PLAIN, MARKED))
    for question, one, other in zip(asked, mine, hand, strict=True):
        if (found := one()) != (wanted := other()):
            raise AssertionError(f"“{' '.join(question)}” finds {found}, by hand {wanted}.")
    took = varied({"ours": mine, "hand": hand, "marked": marked})
    return _rows(took["ours"], took["hand"], took["marked"])


def _against(name: str, mine: Spread, hand: Spread, goal: float | None) -> Row:
    ratio = geometric_mean([a / b for a, b in zip(mine.seconds, hand.seconds, strict=True)])
    p50, p95 = mine.p50 * 1000, mine.p95 * 1000
    against = f"{hand.p50 * 1000:.1f} ms by hand (p95 {hand.p95 * 1000:.1f})"
    return Row(name, p50, "ms", against, ratio, goal, p50=p50, p95=p95)


def _rows(mine: Spread, hand: Spread, marked: Spread) -> list[Row]:
    p95 = mine.p95 * 1000
    return [
        _against("search: count and page", mine, hand, 1.5),
        _against("search: by hand on the index of marked words", mine, marked, None),
        Row("search: p95", p95, "ms", f"{SLOWEST:.0f} ms", p95 / SLOWEST, 1.0),
    ]
