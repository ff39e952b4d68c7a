"""The hand-over of what is ready, and the answers to what was handed over before, in one statement.

An answer is written together with the next hand-over of its worker, so that a worker that dies leaves one message in
doubt for each connection, or two where the next one was asked about before the answer came (`lines`).
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from crm.tenancy.context import SET_TENANT
from crm.tenancy.many import array
from crm.tenancy.trips import BY_KEYS, in_one_trip
from outreach.models import OutboundMessage, SendingPolicy
from outreach.services import gate_screen
from outreach.services.gate import Intent
from outreach.transports.base import Answer

HANDED_OVER_LEASE = timedelta(minutes=10)  # longer than any wait for an answer
CONCLUSION_LEASE = timedelta(minutes=10)  # until what follows from an acceptance is written by another worker
# What else the reservation rested on: it changes when anybody writes to one of these rows.
MARK = "concat_ws('.', e.xmin, s.xmin, t.xmin)"
# Nothing keeps a message in its mailbox `b`, as `judging.kept_in` says it; what needs a grant is asked about there.
IS_FREE = """b.stopped_at IS NULL
    AND (b.owner_id IS NULL OR b.owner_id = coalesce(e.enroller_id, s.created_by_id))"""
SURROUNDINGS = """
outreach_outboundmessage m JOIN crm_tenant t ON t.id = m.tenant_id JOIN outreach_enrolment e ON e.id = m.enrolment_id
JOIN outreach_sequence s ON s.id = e.sequence_id
"""
MARKS = f"SELECT m.id, {MARK} FROM {SURROUNDINGS} WHERE m.id = ANY(%s::uuid[])"  # noqa: S608
SET = f"{SET_TENANT}, {BY_KEYS}"
# Stronger than the key-share lock that a new ban takes on the person: one of the two waits for the other.
LOCK = "SELECT FROM talent_candidate WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE"
SETTLED = """
settled AS (
  UPDATE outreach_outboundmessage o SET state = 'accepted', settled_at = statement_timestamp(), settled_by = 'answer',
    lease_until = statement_timestamp() + %(conclusion)s, answer_code = a.code, answer = a.words,
    provider_message_id = coalesce(nullif(a.provider_id, ''), o.provider_message_id),
    provider_ref = coalesce(nullif(a.provider_ref, ''), o.provider_ref),
    provider_thread = coalesce(nullif(a.provider_thread, ''), o.provider_thread)
  FROM unnest(%(answered)s::uuid[], %(codes)s::int[], %(words)s::text[], %(provider_ids)s::text[], %(refs)s::text[],
    %(threads)s::text[]) AS a (id, code, words, provider_id, provider_ref, provider_thread)
  WHERE o.id = a.id AND o.claim = %(claim)s AND o.state || '' IN ('handed_over', 'unknown')
  RETURNING o.id
)
"""
HANDED_OVER = f"""
UPDATE outreach_outboundmessage o SET state = 'handed_over', transport = %(transport)s,
  handed_over_at = statement_timestamp(), first_tried_at = coalesce(o.first_tried_at, statement_timestamp()),
  lease_until = statement_timestamp() + %(lease)s
FROM unnest(%(own)s::uuid[], %(marks)s::text[]) AS before (id, mark), clear, outreach_enrolment e,
  outreach_sequence s, crm_tenant t
WHERE o.id = before.id AND e.id = o.enrolment_id AND s.id = e.sequence_id AND t.id = o.tenant_id
  AND {MARK} = before.mark AND o.candidate_id = clear.id
  AND o.to_address = clear.address AND o.claim = %(claim)s AND o.state || '' = 'reserved'
  AND o.lease_until > statement_timestamp()
  AND EXISTS (SELECT FROM outreach_mailbox b WHERE b.id = o.mailbox_id AND {IS_FREE})
  AND EXISTS (SELECT FROM (SELECT * FROM outreach_sendgate ORDER BY id DESC LIMIT 1) g
              WHERE g.system_identifier = (SELECT c.system_identifier::text FROM pg_control_system() c)
                AND g.timeline = substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))
RETURNING o.id
"""  # noqa: S608


@dataclass(frozen=True)
class Ready:
    """A reserved message: its row, what the gate is asked about it, and the mark of what that rested on."""

    message: OutboundMessage
    intent: Intent
    mark: str


def marks(messages: Row[OutboundMessage]) -> dict[UUID, str]:
    """{message: the mark of its surroundings}; call it before the gate is asked. Only steps of sequences have one."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS, [array(m.pk for m in messages)])
        return dict(cursor.fetchall())


def _answers(settled: Mapping[UUID, Answer]) -> dict[str, Any]:
    answers = list(settled.values())
    return {
        "answered": array(settled),
        "codes": [one.code for one in answers],
        "words": [one.text[:500] for one in answers],
        "provider_ids": [one.provider_message_id for one in answers],
        "refs": [one.provider_ref for one in answers],
        "threads": [one.provider_thread for one in answers],
        "conclusion": CONCLUSION_LEASE,
    }


def hand_over(
    *,
    tenant: UUID,
    ready: Row[Ready],
    settled: Mapping[UUID, Answer],
    claim: UUID,
    transport: str,
    rules: SendingPolicy,
    now: datetime,
) -> set[UUID]:
    """Which of these, all of one intent, may go now. One trip to the database, and a transaction of its own.

    `settled` are messages of this claim that were accepted meanwhile. Whoever is not among the answers either may not
    go, or may but not by what can be told here: `ledger.hand_over` decides about them, and says why. Leases and moments
    are the database's own; `now` is for the gate.
    """
    intent, own = ready[0].intent, [one.message.pk for one in ready]
    people = [one.message.candidate_id for one in ready]
    asked = gate_screen.parameters(people, intent, now, own, rules) | _answers(settled)
    asked |= {"claim": claim, "transport": transport, "marks": [one.mark for one in ready], "lease": HANDED_OVER_LEASE}
    found = in_one_trip(
        (SET, [str(tenant)]), (LOCK, [array(people)]), (_text(intent.sequence_id is not None, bool(settled)), asked)
    )
    return {row[0] for row in found}


@lru_cache(maxsize=16)
def _text(has_sequence: bool, is_settling: bool) -> str:
    clear = gate_screen.statement(has_sequence=has_sequence, stage="send")
    # Gathered once, whatever the planner believes of the messages.
    return f"WITH clear AS MATERIALIZED ({clear}){f', {SETTLED}' if is_settling else ''} {HANDED_OVER}"


@transaction.atomic
def settle(*, settled: Mapping[UUID, Answer], claim: UUID) -> None:
    """Write the answers alone: these messages of the claim were accepted."""
    if settled:
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {SETTLED} SELECT", _answers(settled) | {"claim": claim})
