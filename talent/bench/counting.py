"""Counts of segments: through the compiler as the app role, and by hand as the owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from crm.bench.measure import Spread, geometric_mean, interleaved, varied
from crm.bench.rows import Row
from talent.bench import rules
from talent.bench.rules import Rule
from talent.bench.stage import Stage, open_tenant
from talent.filters import catalogue, compile

UTC = ZoneInfo("UTC")
BY_HAND = "SELECT count(*) FROM talent_candidate c WHERE c.tenant_id = '{tenant}' AND ({condition})"

# The index that one makes for skills and places, for what is written by hand.
INDEX = "CREATE INDEX IF NOT EXISTS bench_skills ON talent_candidate USING gin (tenant_id, skill_keys, country, state)"

# The way of a mass mailer that keeps what it knows of a person as one JSON document, with that mailer's indexes.
SUBSCRIBERS = """
CREATE SCHEMA IF NOT EXISTS bench;
DROP TABLE IF EXISTS bench.subscriber_lists, bench.subscribers;
CREATE TABLE bench.subscribers AS
SELECT row_number() OVER () AS id, c.id AS uuid, p.value AS email, c.name, 'enabled'::text AS status,
  c.created_at, c.updated_at,
  jsonb_build_object('country', c.country, 'state', c.state, 'title', c.current_title, 'company', c.current_company,
    'city', c.city, 'seniority', c.seniority, 'engagement', c.engagement, 'skills', to_jsonb(c.skill_keys)) AS attribs
FROM talent_candidate c JOIN talent_contactpoint p ON p.tenant_id = c.tenant_id AND p.candidate_id = c.id
  AND p.kind = 'email' WHERE c.tenant_id = '{tenant}';
ALTER TABLE bench.subscribers ADD PRIMARY KEY (id);
CREATE TABLE bench.subscriber_lists AS SELECT id AS subscriber_id, 1 AS list_id, 'confirmed'::text AS status
  FROM bench.subscribers;
ALTER TABLE bench.subscriber_lists ADD PRIMARY KEY (subscriber_id, list_id);
CREATE UNIQUE INDEX ON bench.subscribers (lower(email));
CREATE INDEX ON bench.subscribers (status);
CREATE INDEX ON bench.subscribers (created_at);
ANALYZE bench.subscribers;
ANALYZE bench.subscriber_lists;
"""
OF_SUBSCRIBERS = """
SELECT count(*) FROM bench.subscribers
LEFT JOIN bench.subscriber_lists ON bench.subscriber_lists.subscriber_id = bench.subscribers.id
WHERE bench.subscriber_lists.list_id = ANY ('{{1}}') AND ({condition})
"""
ATTRIBUTES = (
    "attribs->'skills' ? '{skill}' AND attribs->>'country' IN ('DE', 'GB') AND attribs->>'state' = 'lead' "
    "AND subscribers.created_at >= '{since}'"
)


def by_compiler(rule: Rule, tenant: UUID, now: datetime) -> Callable[[], int]:
    """The count as the product makes it: the tree read, compiled and asked, in a transaction of the tenant."""

    def ask() -> int:
        with open_tenant(tenant):
            return compile.candidates(catalogue.load(rule.tree), now, UTC).count()

    return ask


def by_hand(condition: str, stage: Stage) -> Callable[[], int]:
    statement = BY_HAND.format(tenant=stage.large.pk, condition=condition)
    return partial(_count, stage, statement)


def _count(stage: Stage, statement: str) -> int:
    row = stage.owner.execute(statement.encode()).fetchone()
    assert row is not None
    return int(str(row[0]))


def plan(rule: Rule, stage: Stage, now: datetime) -> str:
    """Both plans."""
    with open_tenant(stage.large.pk):
        sql, params = (
            compile.candidates(catalogue.load(rule.tree), now, UTC).order_by().values("pk").query.sql_with_params()
        )
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) SELECT count(*) FROM ({sql}) x", params)  # noqa: S608
            ours = [str(row[0]) for row in cursor.fetchall()]
    hand = BY_HAND.format(tenant=stage.large.pk, condition=rule.sql)
    theirs = [str(row[0]) for row in stage.owner.execute(f"EXPLAIN (ANALYZE, BUFFERS) {hand}".encode())]
    return "\n".join([sql % params, "-- compiled", *ours, "-- by hand", *theirs])


def _same(rule: Rule, ours: Callable[[], int], hand: Callable[[], int]) -> int:
    found, wanted = ours(), hand()
    if found != wanted:
        raise AssertionError(f"“{rule.name}”: the compiler counts {found}, the hand-written SQL {wanted}.")
    return found


@contextmanager
def _indexed(stage: Stage) -> Iterator[None]:
    stage.owner.execute(INDEX.encode())
    try:
        yield
    finally:
        stage.owner.execute(b"DROP INDEX bench_skills")


def counts(stage: Stage, now: datetime) -> list[Row]:
    """Twelve fixed rules and thirty thrown together."""
    asked = [*rules.fixed(now), *rules.varied(now)]
    ours = [by_compiler(rule, stage.large.pk, now) for rule in asked]
    hand = [by_hand(rule.sql, stage) for rule in asked]
    with _indexed(stage):
        hits = [_same(*three) for three in zip(asked, ours, hand, strict=True)]
        took = varied({"ours": ours, "hand": hand})
        rows = _rows(stage, now, asked, hits, took["ours"], took["hand"])
    return [*rows, _on_entries(stage, asked, ours)]


def _on_entries(stage: Stage, asked: Sequence[Rule], ours: Sequence[Callable[[], int]]) -> Row:
    """Rules of skill and place against SQL by hand on the product's own index: without a goal."""
    told = [(rule, one, by_hand(rule.entries, stage)) for rule, one in zip(asked, ours, strict=True) if rule.entries]
    for three in told:
        _same(*three)
    took = varied({"ours": [one for _, one, _ in told], "hand": [hand for *_, hand in told]})
    ratio = geometric_mean([a / b for a, b in zip(took["ours"].seconds, took["hand"].seconds, strict=True)])
    against = f"{took['hand'].p50 * 1000:.1f} ms by hand"
    return Row(
        f"count: {len(told)} of skill and place, by hand on our index", took["ours"].p50 * 1000, "ms", against, ratio
    )


def _rows(stage: Stage, now: datetime, asked: Sequence[Rule], hits: list[int], ours: Spread, hand: Spread) -> list[Row]:
    ratios = [a / b for a, b in zip(ours.seconds, hand.seconds, strict=True)]
    against = f"{hand.p50 * 1000:.1f} ms by hand (p95 {hand.p95 * 1000:.1f})"
    worst = max(range(len(asked)), key=lambda place: ratios[place])
    p50, p95 = ours.p50 * 1000, ours.p95 * 1000
    each = [_single(stage, now, *four) for four in zip(asked, hits, ours.seconds, hand.seconds, strict=True)]
    return [
        Row("count: geometric mean", p50, "ms", against, geometric_mean(ratios), 1.2, p50=p50, p95=p95),
        Row(
            f"count: worst, {asked[worst].name}",
            ours.seconds[worst] * 1000,
            "ms",
            f"{hand.seconds[worst] * 1000:.1f} ms by hand",
            ratios[worst],
            2.0,
        ),
        *each,
    ]


def _single(stage: Stage, now: datetime, rule: Rule, hits: int, ours: float, hand: float) -> Row:
    against = f"{hand * 1000:.1f} ms by hand"
    told = plan(rule, stage, now) if ours > 1.3 * hand else ""
    return Row(f"  {rule.name}, {hits} hits", ours * 1000, "ms", against, ours / hand, detail=told)


def against_documents(stage: Stage, now: datetime) -> list[Row]:
    """The rule of four conditions against a table of JSON documents of the same people."""
    stage.owner.execute(SUBSCRIBERS.format(tenant=stage.large.pk).encode())  # anew: of the people as they are
    rule = rules.fixed(now)[1]
    since = rule.sql.rsplit("'", 2)[1]
    condition = ATTRIBUTES.format(skill="python", since=since)
    theirs = partial(_count, stage, OF_SUBSCRIBERS.format(condition=condition))
    ours = by_compiler(rule, stage.large.pk, now)
    _same(rule, ours, theirs)
    took = interleaved({"ours": ours, "documents": theirs})
    against = f"{took['documents'] * 1000:.1f} ms on documents"
    return [Row("count: against documents", took["ours"] * 1000, "ms", against, took["ours"] / took["documents"], 0.4)]
