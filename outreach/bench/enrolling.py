"""Enrolling everybody: the product with all checks of the gate, beside bare inserts of as many rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from crm.actors import SYSTEM
from crm.bench.rows import Row
from crm.models import Event
from crm.tenancy.context import tenant as open_tenant
from outreach.bench.stage import PEOPLE, PLAIN, Stage, a_sequence, new_key
from outreach.models import Enrolment, OutboundMessage, Sequence
from outreach.services import sequences
from outreach.services.clock import database_now

FEW = 200_000  # up to so many, three rounds; above one, which takes minutes
KEYS = "bench_keys"
WRITTEN = ("outreach_outboundmessage", "outreach_enrolment", "crm_event")


def enrol(here: Stage) -> list[Row]:
    """Seconds for all, for the bare rows, and for all again when all are in."""
    sequence, models = a_sequence(here, "Enrol"), _models(here)
    ids = [row[0] for row in here.ask(f"SELECT id FROM {PEOPLE} ORDER BY n")]  # noqa: S608
    rounds = [_round(here, sequence, ids, models) for _ in range(3 if here.people <= FEW else 1)]
    _empty(here)
    ours, again, tables, alone = (median(figures) for figures in zip(*rounds, strict=True))
    name = f"enrol {here.people}"
    return [
        Row(name, here.people / ours, "people/s", f"{here.people / tables:.0f}/s bare rows", ours / tables, 2.0),
        Row(f"{name}, enrolments alone", ours, "s", f"{alone:.1f} s bare", ours / alone),
        Row(f"{name}, all again", again, "s", f"{ours:.1f} s first", again / ours, 0.6),
    ]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _round(here: Stage, sequence: Sequence, ids: list[UUID], models: Models) -> tuple[float, float, float, float]:
    _empty(here)
    alone = _seconds(lambda: models.enrolments(here))
    tables = alone + _seconds(lambda: models.others(here))
    _empty(here)
    ours = _seconds(lambda: _ours(here, sequence, ids))
    here.vacuum(*WRITTEN)
    return ours, _seconds(lambda: _ours(here, sequence, ids)), tables, alone


def _ours(here: Stage, sequence: Sequence, ids: list[UUID]) -> None:
    """As many at once as the product takes, each batch committed."""
    most = sequences.MOST_AT_ONCE
    for some in (ids[start : start + most] for start in range(0, len(ids), most)):
        with open_tenant(here.tenant):
            sequences.enrol(sequence=sequence, candidate_ids=some, by=SYSTEM, now=database_now())


@dataclass(frozen=True)
class Models:
    """Rows of one person, as the product wrote them: the bare rows are like these. They are kept aside."""

    enrolment: Enrolment
    message: OutboundMessage
    event: Event

    def enrolments(self, here: Stage) -> None:
        here.copy(self.enrolment, {"id": "p.enrolment", "candidate_id": "p.person"}, KEYS, kept="bench_enrolment")

    def others(self, here: Stage) -> None:
        message = {
            "id": "p.message",
            "candidate_id": "p.person",
            "enrolment_id": "p.enrolment",
            "send_key": "'bench:' || p.person",
            "message_id": "'<' || gen_random_uuid() || '@bench.example.com>'",
            "reply_token": "replace(gen_random_uuid()::text, '-', '')",
        }
        here.copy(self.message, message, KEYS, kept="bench_message")
        event = {"id": "p.event", "candidate_id": "p.person", "subject_id": "p.enrolment"}
        here.copy(self.event, event, KEYS, kept="bench_event")


def _models(here: Stage) -> Models:
    bare = a_sequence(here, "Bare")
    [(one,)] = here.ask(f"SELECT id FROM {PEOPLE} p WHERE {PLAIN} ORDER BY n LIMIT 1")  # noqa: S608
    with open_tenant(here.tenant):
        sequences.enrol(sequence=bare, candidate_ids=[one], by=SYSTEM, now=database_now())
        message = OutboundMessage.objects.get(enrolment__sequence=bare)
        enrolment = Enrolment.objects.get(sequence=bare)
        event = Event.objects.get(subject_id=enrolment.pk)
    for row, name in ((enrolment, "bench_enrolment"), (message, "bench_message"), (event, "bench_event")):
        here.run(f"CREATE TABLE {name} AS SELECT * FROM {row._meta.db_table} WHERE id = %(id)s", id=row.pk)  # noqa: S608
    new = ", ".join(f"{new_key(here.owner)} AS {name}" for name in ("enrolment", "message", "event"))
    here.run(f"CREATE TABLE {KEYS} AS SELECT id AS person, {new} FROM {PEOPLE} ORDER BY n")  # noqa: S608
    here.vacuum(KEYS, "bench_enrolment", "bench_message", "bench_event")
    return Models(enrolment, message, event)


def _empty(here: Stage) -> None:
    here.run(f"TRUNCATE {', '.join(WRITTEN)} CASCADE")
    here.vacuum(*WRITTEN)
