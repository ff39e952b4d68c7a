"""Takes indexes and foreign keys off tables while they are filled, and puts them back, two at a time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from crm.bench import scratch
from crm.bench.scratch import Connection

HANDS = 2
# Speed of one session; none of it outlives the session.
SESSION = (
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '1GB'",
    "SET work_mem = '256MB'",
    "SET max_parallel_maintenance_workers = 1",
    "SET timezone = 'UTC'",
)
# Primary keys as well, and so the foreign keys of other tables that rest on them. Checks stay.
KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
WHERE contype IN ('p', 'u') AND conrelid = ANY (%(tables)s::regclass[])
  OR contype = 'f' AND (conrelid = ANY (%(tables)s::regclass[]) OR confrelid = ANY (%(tables)s::regclass[]))
"""
INDEXES = """
SELECT i.indrelid::regclass::text, c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY (%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""
Job = tuple[str, str]  # the table and the statement


@dataclass(frozen=True)
class Taken:
    """What was taken off, as statements that put it back: indexes first, then the keys."""

    indexes: list[Job]
    keys: list[Job]


def session() -> Connection:
    """A connection of the owner, set for loading."""
    connection = scratch.connect("owner")
    for setting in SESSION:
        connection.execute(setting)
    return connection


def _run(job: Job) -> tuple[str, float]:
    started = time.perf_counter()
    with session() as owner:
        owner.execute(job[1])
    return job[0], time.perf_counter() - started


def empty(tables: Sequence[str]) -> set[str]:
    """Those that have no rows."""
    with scratch.connect("owner") as owner:
        return {t for t in tables if not owner.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchone()}  # noqa: S608


def together(jobs: Sequence[Job]) -> dict[str, float]:
    """Run statements on two connections; seconds of work by table. The first error is raised when all have ended."""
    took: dict[str, float] = defaultdict(float)
    with ThreadPoolExecutor(HANDS) as pool:
        for table, seconds in pool.map(_run, jobs):
            took[table] += seconds
    return took


def _take(tables: Sequence[str]) -> Taken:
    with scratch.connect("owner") as owner, owner.transaction():
        keys = [tuple(map(str, row)) for row in owner.execute(KEYS, {"tables": list(tables)})]
        for table, name, _, _ in sorted(keys, key=lambda key: key[3] != "True"):
            owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        indexes = [tuple(map(str, row)) for row in owner.execute(INDEXES, [list(tables)])]
        for _, name, _ in indexes:
            owner.execute(f'DROP INDEX "{name}"')
    constraints = [(t, f'ALTER TABLE {t} ADD CONSTRAINT "{n}" {d}', foreign) for t, n, d, foreign in keys]
    unique = [(table, statement) for table, statement, foreign in constraints if foreign == "False"]
    foreign = [(table, statement) for table, statement, foreign in constraints if foreign == "True"]
    # The slowest first: the two hands then end at about the same time.
    made = sorted(((t, d) for t, _, d in indexes), key=lambda job: "gin" not in job[1])
    return Taken([*made, *unique], foreign)


@contextmanager
def bare(tables: Sequence[str], done: Callable[[dict[str, float]], None]) -> Iterator[None]:
    """The tables without their indexes and foreign keys; they come back whatever happens. `done` hears the seconds."""
    taken = _take(tables)
    try:
        yield
    finally:
        done(together(taken.indexes))
        done(together(taken.keys))
