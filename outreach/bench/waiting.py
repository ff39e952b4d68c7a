"""What a long ledger costs: time of a message beside few and many that wait, and from due to reserved."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from statistics import median
from uuid import UUID, uuid4

from crm.bench.measure import Spread
from crm.bench.rows import Row
from crm.tenancy.context import tenant as open_tenant
from outreach.bench import crew
from outreach.bench.draining import WARM
from outreach.bench.stage import Stage, a_sequence, make_due, plan
from outreach.models import Sequence
from outreach.services import claiming, sending
from outreach.services.clock import database_now

FEW, DUE, ROUNDS = 1000, 1000, 20
# What a reservation is at least: the rows that are due, locked and claimed.
CLAIM = """
WITH due AS (
  SELECT id FROM outreach_outboundmessage WHERE tenant_id = %(tenant)s AND state = 'planned' AND NOT is_held
    AND due_at <= now() ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE outreach_outboundmessage m SET state = 'reserved', claim = %(claim)s, reserved_at = now(),
  lease_until = now() + interval '5 minutes'
FROM due WHERE m.id = due.id
"""
GIVEN_BACK = """
UPDATE outreach_outboundmessage SET state = 'planned', claim = NULL, lease_until = NULL, reserved_at = NULL,
  mailbox_id = NULL, to_address = ''
WHERE tenant_id = %(tenant)s AND state = 'reserved'
"""


def waiting(here: Stage) -> list[Row]:
    """First with a thousand planned mails, then with as many as there are people left."""
    with crew.sink(0) as (port, _):
        sequence = a_sequence(here, "Waiting", port)
        keys = plan(here, sequence, 4 * FEW)
        _send(here, keys[:WARM])
        few = median(_send(here, keys[start : start + 200]) for start in range(WARM, WARM + FEW, 200))
        others = a_sequence(here, "Others", port)
        many = _all_others(here, others)
        lot = median(_send(here, keys[start : start + 200]) for start in range(WARM + FEW, WARM + 2 * FEW, 200))
        exponent = math.log(lot / few) / math.log(many / FEW)
        against = f"{few * 1000:.1f} ms beside {FEW}"
        growth = Row(f"time of a message beside {many} planned", lot * 1000, "ms", against, exponent, 0.1)
        return [growth, _reserved(here, keys[2 * FEW + WARM :][:DUE], many)]


def _all_others(here: Stage, sequence: Sequence) -> int:
    """Plan a mail to everybody who has had nothing; how many wait then."""
    plan(here, sequence, here.people)
    [(many,)] = here.ask("SELECT count(*) FROM outreach_outboundmessage WHERE state = 'planned'")
    return int(many)


def _send(here: Stage, keys: list[UUID]) -> float:
    """Seconds of one of these messages, from due to done, by one worker with one connection."""
    make_due(here, keys)
    started = time.perf_counter()
    while sending.send_due(tenant=here.tenant, connections=1).reserved:
        pass
    return (time.perf_counter() - started) / len(keys)


def _reserved(here: Stage, keys: list[UUID], many: int) -> Row:
    """Batches as workers claim them, ours and the bare statement in turn, each committed; then they are given back."""
    make_due(here, keys)
    rivals: dict[str, Callable[[], object]] = {"bare": lambda: _bare(here), "ours": lambda: _ours(here)}
    took: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(ROUNDS + 2):
        for name, call in rivals.items():
            started = time.perf_counter()
            call()
            took[name] += [time.perf_counter() - started] if number >= 2 else []
            here.run(GIVEN_BACK, tenant=here.tenant.pk)
    bare, ours = Spread(took["bare"]), Spread(took["ours"])
    name = f"due to reserved, {many} waiting"
    value, against = ours.p95 * 1000, f"{bare.p95 * 1000:.1f} ms bare, p95"
    return Row(name, value, "ms", against, ours.p95 / bare.p95, 3.0, p50=ours.p50 * 1000, p95=value)


def _ours(here: Stage) -> None:
    with open_tenant(here.tenant):
        assert claiming.claim_due(tenant=here.tenant, now=database_now(), limit=claiming.BATCH).messages


def _bare(here: Stage) -> None:
    assert here.run(CLAIM, tenant=here.tenant.pk, limit=claiming.BATCH, claim=uuid4()) == claiming.BATCH
