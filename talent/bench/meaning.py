"""Search by words and meaning, through the product, among as many vectors as there are people."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from crm.bench import scratch
from crm.bench.measure import varied
from crm.bench.rows import Row
from crm.tenancy.models import uuid7
from talent.bench import finding
from talent.bench.stage import Stage, open_tenant
from talent.choices import PassageKind
from talent.search import embedding
from talent.services import results
from talent.services.listing import Asked

SLOWEST = 400.0
AT_ONCE = 2000
# The first passage of a profile, as the product words it. Summaries, notes and documents would add more of them.
LACKING = """
SELECT c.id, c.tenant_id, concat_ws('. ', nullif(c.headline, ''), nullif(c.current_title, ''),
  'Skills: ' || nullif(array_to_string(c.skill_keys, ', '), ''))
FROM talent_candidate c WHERE c.tenant_id = %s
  AND NOT EXISTS (SELECT FROM talent_passage p WHERE p.tenant_id = c.tenant_id AND p.candidate_id = c.id)
"""
COPY = (
    "COPY talent_passage (id, tenant_id, created_at, candidate_id, kind, origin, number, text, bits, code) FROM STDIN"
)
COUNT = "SELECT count(*) FROM talent_passage WHERE tenant_id = %s AND bits IS NOT NULL"
Question = list[str]


def fill(stage: Stage, say: Callable[[str], None]) -> int:
    """A passage with its vector for whoever of the large tenant has none; returns how many.

    The crowd comes without, and the product's own way takes one person after the other. The database is kept.
    """
    made, started, now = 0, time.perf_counter(), datetime.now().astimezone()
    with scratch.connect("owner") as reader, reader.transaction(), reader.cursor("lacking") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(LACKING.encode(), [stage.large.pk])
        while some := cursor.fetchmany(AT_ONCE):
            with stage.owner.cursor() as writer, writer.copy(COPY) as copy:
                for row in _passages(some, now):
                    copy.write_row(row)
            made += len(some)
            if not made % (50 * AT_ONCE):
                say(f"{made} people told by meaning, {made / (time.perf_counter() - started):.0f} a second")
    if made:
        stage.owner.execute("VACUUM (ANALYZE) talent_passage")
        say(f"{made} people told by meaning in {time.perf_counter() - started:.0f} s")
    return made


def _passages(people: Sequence[Sequence[Any]], now: datetime) -> Iterator[Sequence[Any]]:
    for (person, tenant, text), vector in zip(people, embedding.encode([one[2] for one in people]), strict=True):
        told = (vector.bits, vector.code) if vector else (None, None)
        yield (uuid7(), tenant, now, person, PassageKind.PROFILE.value, person, 0, text, *told)


def _ask(stage: Stage, question: Question, now: datetime) -> None:
    with open_tenant(stage.large):
        results.show(Asked(words=" ".join(question) + " "), by="meaning", now=now)


def search(stage: Stage, now: datetime, say: Callable[[str], None]) -> list[Row]:
    """The questions of the search by words, asked by words and meaning, with reasons and counts."""
    fill(stage, say)
    took = varied({"ours": [partial(_ask, stage, question, now) for question in finding.questions()]})["ours"]
    known = stage.owner.execute(COUNT, [stage.large.pk]).fetchone()
    p50, p95 = took.p50 * 1000, took.p95 * 1000
    name = f"search by words and meaning, {known[0] if known else 0} vectors: p95"
    return [Row(name, p95, "ms", f"{SLOWEST:.0f} ms", p95 / SLOWEST, 1.0, p50=p50, p95=p95)]
