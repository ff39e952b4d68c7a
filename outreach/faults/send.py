"""The fault run of sending: real workers send over SMTP and are killed again and again; then all is counted."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection
from django.db.models import QuerySet

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ACCEPTED_STATES, OPEN_STATES, Encryption, MessageState, SequenceStatus, TransportKind
from outreach.faults.blows import Blows
from outreach.faults.processes import Workers, broker, forget_wake_ups, sink
from outreach.models import Mailbox, OutboundMessage, Sequence, SequenceStep
from outreach.services import evidence, ledger, sequences, sums
from outreach.services.clock import database_now
from talent.choices import ContactKind
from talent.models import Candidate, ContactPoint

TOMORROW = timedelta(days=1)  # every lease is over by then
PATIENCE_SECONDS = 120  # without a new mail
SERVERS_SECONDS = 5
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
  AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Result:
    """What was counted. `twice`, `lost` and `unexplained` must be 0.

    A mail becomes unknown for one of two reasons only: it was in flight when its worker or the database was killed, or
    the server took it and dropped the line without a word. The second kind is settled by the server's log, as a
    provider's log settles it in life; what stays `unknown` was in flight.
    """

    planned: int
    accepted: int
    refused: int
    unknown: int
    excluded: int
    twice: int  # mails that the server took more than once
    lost: int  # mails that count as sent and never reached the server, and mails with no end
    unknown_taken: int  # of the unknown ones: really taken by the server
    in_flight_at_kill: int  # handed over and without an answer when their worker was killed, or the database
    settled: int  # of what was unknown: taken without a word, and settled by the server's own log
    silent_drops: int  # taken by the server, which then dropped the line
    unexplained: int  # unknown, and neither of these
    cut_connections: int  # clients that the server saw vanish
    kills: int
    broker_emptied: int
    database_restarts: int
    seconds: float

    @property
    def is_good(self) -> bool:
        ends = self.accepted + self.refused + self.unknown + self.excluded
        bad = self.twice + self.lost + self.unexplained
        return bad == 0 and self.planned == ends and self.unknown <= self.in_flight_at_kill

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def _workspace(port: int) -> Tenant:
    """A live workspace of its own, whose mails go to the sink."""
    name = f"faults-{uuid4().hex[:8]}"
    tenant = Tenant.objects.create(slug=name, name=name, mail_mode=Tenant.MailMode.LIVE)
    with open_tenant(tenant):
        Mailbox.objects.create(
            is_default=True,
            transport=TransportKind.SMTP,
            from_address="ines@acme.example.com",
            host="127.0.0.1",
            port=port,
            encryption=Encryption.NONE,
        )
    return tenant


def _enrol(tenant: Tenant, messages: int, now: datetime) -> None:
    """So many invented people, all in one sequence of one mail."""
    with open_tenant(tenant):
        sequence = Sequence.objects.create(name="Faults", status=SequenceStatus.ACTIVE)
        SequenceStep.objects.create(sequence=sequence, position=0, subject="Hello", body="Hello,\n\nare you there?")
        people = Candidate.objects.bulk_create([Candidate(name=f"Person {n}") for n in range(messages)], 1000)
        points = [
            ContactPoint(candidate=c, kind=ContactKind.EMAIL, value=a, normal=a, is_primary=True)
            for n, c in enumerate(people)
            for a in [f"person{n}@example.com"]
        ]
        ContactPoint.objects.bulk_create(points, 1000)
        sequences.enrol(sequence=sequence, candidate_ids=[c.pk for c in people], by=SYSTEM, now=now)


def _open_rows() -> QuerySet[OutboundMessage]:
    rows: QuerySet[OutboundMessage] = OutboundMessage.objects.filter(state__in=OPEN_STATES)
    return rows


def _hurry(tenant: Tenant) -> int:
    """Bring forward what waits for a second try; returns how many rows are not at their end."""
    with open_tenant(tenant):
        now = database_now()
        OutboundMessage.objects.filter(state=MessageState.PLANNED, due_at__gt=now).update(due_at=now)
        return _open_rows().count()


def _let_servers_end() -> None:
    """What a worker asked in its last moment, its process of the database still reads, carries out, and commits.

    One that has not come to read it looks idle, so all are waited for; where others use this database, for a while.
    """
    until = time.monotonic() + SERVERS_SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            row = cursor.fetchone()
        if row is None or row[0] == 0:
            return
        time.sleep(0.02)


def _bury(tenant: Tenant) -> set[str]:
    """All workers are dead: whatever they held is recovered at once instead of after its lease.

    Returns the Message-IDs of what was in flight.
    """
    _let_servers_end()
    with open_tenant(tenant):
        held = OutboundMessage.objects.filter(state=MessageState.HANDED_OVER).values_list("message_id", flat=True)
        in_flight = set(held)
        ledger.recover(now=database_now() + TOMORROW)
    return in_flight


def _lines(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def _drive(tenant: Tenant, workers: Workers, log: Path, blows: Blows, chance: random.Random) -> set[str]:
    """Keep workers busy until every row has its end, striking at random moments while mails go out.

    Returns the Message-IDs of what was in flight at the blows.
    """
    in_flight: set[str] = set()
    ask = broker()
    last, since = 0, time.monotonic()
    while _hurry(tenant):
        workers.start()
        for _ in range(workers.count):
            ask.send_task("outreach.tasks.send_due", args=[str(tenant.pk)], queue="send", expires=5)
        time.sleep(0.05 + chance.random() * 0.1)
        taken = len(_lines(log))
        if blows.strike(workers, taken):
            in_flight |= _bury(tenant)
        if taken != last:
            last, since = taken, time.monotonic()
        elif time.monotonic() - since > PATIENCE_SECONDS:
            raise TimeoutError(f"Nothing was sent for {PATIENCE_SECONDS} s; see {workers.log}.")
    return in_flight


def _settle(tenant: Tenant, log: Path) -> int:
    """The server's own log proves what it took without a word; returns how many rows it settled."""
    silent = _lines(log.with_suffix(".silent"))
    with open_tenant(tenant):
        unknown = OutboundMessage.objects.filter(state=MessageState.UNKNOWN, message_id__in=silent)
        keys = list(unknown.values_list("pk", flat=True))
        now = database_now()
        return sum(
            evidence.settle_by_evidence(message_id=key, note="The server's log has it.", now=now) for key in keys
        )


@dataclass(frozen=True)
class _Course:
    """What happened on the way, for the count."""

    in_flight: set[str]
    settled: int
    kills: int
    blows: Blows
    seconds: float


def _count(tenant: Tenant, log: Path, course: _Course) -> Result:
    copies = Counter(_lines(log))
    with open_tenant(tenant):
        rows = list(OutboundMessage.objects.values_list("message_id", "state"))
        total = sums.of(OutboundMessage.objects.all())
    unknown = {key for key, state in rows if state == MessageState.UNKNOWN}
    return Result(
        planned=total.planned,
        accepted=total.accepted,
        refused=total.refused,
        unknown=total.unknown,
        excluded=total.excluded,
        twice=sum(1 for times in copies.values() if times > 1),
        lost=sum(1 for key, state in rows if state in ACCEPTED_STATES and key not in copies) + total.waiting,
        unknown_taken=len(unknown & set(copies)),
        in_flight_at_kill=len(course.in_flight),
        settled=course.settled,
        silent_drops=len(set(_lines(log.with_suffix(".silent")))),
        unexplained=len(unknown - course.in_flight),
        cut_connections=len(_lines(log.with_suffix(".cut"))),
        kills=course.kills,
        broker_emptied=course.blows.emptied,
        database_restarts=course.blows.restarted,
        seconds=round(course.seconds, 1),
    )


def run(
    *,
    messages: int,
    kills: int = 20,
    workers: int = 2,
    seed: int = 1,
    restarts: int = 0,
    floods: int = 2,
) -> Result:
    """Send so many mails; on the way kill `kills` workers or some more, and empty the broker `floods` times.

    The embedded database is killed `restarts` times: nobody else should use it then. Needs committed transactions (a
    command, or a test that commits). Its rows stay in a workspace of their own, which is suspended at the end. Raises
    TimeoutError when nothing moves any more.
    """
    chance = random.Random(seed)  # noqa: S311
    rounds = max(1, -(-kills // workers) - restarts)  # a restart kills all workers as well
    blows = Blows.thrown(messages, kills=rounds, restarts=restarts, floods=floods, chance=chance)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "taken"
        crew = Workers(workers, Path(folder) / "workers.log")
        with sink(log, Path(folder), seed) as port:
            tenant = _workspace(port)
            _enrol(tenant, messages, database_now())
            began = time.monotonic()
            try:
                in_flight = _drive(tenant, crew, log, blows, chance)
            finally:
                seconds, killed = time.monotonic() - began, crew.kills
                crew.kill()  # the run is over; this one does not count
            in_flight |= _bury(tenant)
            result = _count(tenant, log, _Course(in_flight, _settle(tenant, log), killed, blows, seconds))
    forget_wake_ups(broker())
    Tenant.objects.filter(pk=tenant.pk).update(status=Tenant.Status.SUSPENDED)
    return result
