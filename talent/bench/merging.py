"""Two records with long histories become one, and two again."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from statistics import median

from django.db import connection, transaction

from crm.actors import SYSTEM
from crm.bench.rows import Row
from talent.bench.stage import Stage, open_tenant
from talent.models import Candidate
from talent.services import merges, unmerge

ROUNDS, MOST = 5, 1000.0
EACH = 2000
# Rows of one person, 2,000 in all; {n} is a number from 1. Skills and tags are such that both people have half of them.
ROWS = {
    "talent_note (id, tenant_id, created_at, candidate_id, text, visibility, may_be_shown, is_quotable)": (
        400,
        "gen_random_uuid(), %(tenant)s, now(), %(person)s, 'Talked again, ' || n, 'team', false, false",
    ),
    "talent_provenance (id, tenant_id, created_at, candidate_id, field, value, snippet, confidence, origin)": (
        400,
        "gen_random_uuid(), %(tenant)s, now(), %(person)s, 'skill', 'Skill ' || n, '', 1, 'Bench'",
    ),
    'talent_employment (id, tenant_id, created_at, candidate_id, title, company, start, "end", is_current)': (
        100,
        "gen_random_uuid(), %(tenant)s, now(), %(person)s, 'Engineer', 'Company ' || n, '2001-01', '2002-01', false",
    ),
    "talent_candidatetag (id, tenant_id, created_at, candidate_id, tag_id)": (
        200,
        "gen_random_uuid(), %(tenant)s, now(), %(person)s, (%(tags)s::uuid[])[%(skip)s + n]",
    ),
    "crm_event (id, tenant_id, created_at, kind, candidate_id, occurred_at, actor_kind, actor_label, subject_type, "
    "data)": (
        900,
        "gen_random_uuid(), %(tenant)s, now(), 'note_added', %(person)s, now() - n * interval '1 hour', 'system', "
        "'Bench', '', '{}'",
    ),
}


def _somebody(stage: Stage, name: str, tags: list[object], skip: int) -> Candidate:
    person = Candidate.objects.create(name=name)
    facts = {"tenant": stage.large.pk, "person": person.pk, "tags": tags, "skip": skip}
    with connection.cursor() as cursor:
        for table, (count, values) in ROWS.items():
            cursor.execute(f"INSERT INTO {table} SELECT {values} FROM generate_series(1, {count}) n", facts)  # noqa: S608
    return person


def _tags(stage: Stage) -> list[object]:
    """Three hundred tags: two people with two hundred each share a hundred."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO talent_tag (id, tenant_id, created_at, name) "
            "SELECT gen_random_uuid(), %s, now(), 'bench ' || n FROM generate_series(1, 300) n RETURNING id",
            [stage.large.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def _round(stage: Stage, now: datetime) -> tuple[float, float]:
    """Seconds of a merge and of its undo, in a transaction that is then rolled back."""
    with open_tenant(stage.large):
        tags = _tags(stage)
        one, other = (_somebody(stage, name, tags, skip) for name, skip in (("Bench One", 0), ("Bench Two", 100)))
        started = time.perf_counter()
        operation = merges.merge(survivor=one, merged=other, by=SYSTEM, now=now)
        between = time.perf_counter()
        unmerge.undo(operation=operation, by=SYSTEM, now=now + timedelta(minutes=1))
        took = between - started, time.perf_counter() - between
        transaction.set_rollback(True)
    return took


def merging(stage: Stage, now: datetime) -> list[Row]:
    """Two people with 2,000 rows each, a hundred of them about the same."""
    rounds = [_round(stage, now) for _ in range(ROUNDS)]
    names = (f"merge of two people with {EACH} rows each", "undo of it")
    return [
        Row(name, median(took) * 1000, "ms", f"{MOST:.0f} ms", median(took) * 1000 / MOST, 1.0)
        for name, took in zip(names, zip(*rounds, strict=True), strict=True)
    ]
