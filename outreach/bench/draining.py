"""The drain: what is due goes out through real sockets, beside smtplib with the same bytes and connections."""

from __future__ import annotations

from statistics import median
from uuid import UUID

from crm.bench.rows import Row
from outreach.bench import crew
from outreach.bench.stage import Stage, a_sequence, make_due, plan

PROCESSES, ROUNDS, WARM = 2, 5, 200


def drain(here: Stage, mails: int, *, seconds: float, connections: int, least: float) -> Row:
    """Mails a second by two processes that have so many connections together; a first slice warms both up."""
    each = mails // ROUNDS
    with crew.sink(seconds) as (port, kept):
        sequence = a_sequence(here, f"Drain {seconds} {connections} {mails}", port)
        keys = plan(here, sequence, mails + WARM)
        apiece, what = connections // PROCESSES, f"{connections} connections, {seconds * 1000:.0f} ms"
        with crew.hands(PROCESSES, "manage.py", "drain_worker", here.tenant.pk, apiece) as workers:
            _slice(here, workers, keys[:WARM])
            del keys[:WARM]
            with crew.hands(PROCESSES, "-m", "outreach.racers.raw", port, kept, apiece) as bare:
                return _race(here, workers, bare, [keys[n * each : (n + 1) * each] for n in range(ROUNDS)], what, least)


def _slice(here: Stage, workers: crew.Crew, keys: list[UUID]) -> float:
    make_due(here, keys)
    here.vacuum("outreach_outboundmessage")
    return crew.together(workers, "go")


def _race(here: Stage, workers: crew.Crew, bare: crew.Crew, slices: list[list[UUID]], what: str, least: float) -> Row:
    ours, theirs, ratios = [], [], []
    for keys in slices:
        sent = _sent(here)
        apart = crew.together(bare, len(keys) // PROCESSES)
        took = _slice(here, workers, keys)
        left = _sent(here) - sent
        ours.append(left / took)
        theirs.append(len(keys) / apart)
        ratios.append(ours[-1] / theirs[-1])
    name = f"drain {sum(map(len, slices))}, {what}"
    detail = f"{[f'{a:.0f} {b:.0f}' for a, b in zip(ours, theirs, strict=True)]}"
    against = f"{median(theirs):.0f}/s smtplib"
    return Row(name, median(ours), "mails/s", against, median(ratios), detail=detail, least=least)


def _sent(here: Stage) -> int:
    [(sent,)] = here.ask("SELECT count(*) FROM outreach_outboundmessage WHERE handed_over_at IS NOT NULL")
    return int(sent)
