"""The claim's first look: what is due, as plain rows, and those of it that may go, reserved by one statement.

These are steps of sequences by e-mail whom nothing at all keeps back. `claiming` judges all others one by one; it may
be given too many, never too few. Both statements go from the few messages to what belongs to them by keys, with one
plan for all claims of a connection: planning takes four times as long as doing it.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import array
from crm.tenancy.trips import AS_USUAL, BY_KEYS, answers, in_one_trip
from outreach.choices import WindowZone
from outreach.models import SendingPolicy
from outreach.services import gate_screen, windows
from outreach.services.days_off import Calendar
from outreach.services.exchange import IS_FREE, MARK
from outreach.services.gate import Intent
from outreach.services.timing import LONGEST_LATE
from outreach.services.windows import Windows

AS_BEFORE = (f"SELECT {AS_USUAL}", ())  # from here on the transaction's statements are planned as usual
# The mailbox is the one it was planned for, its sequence's, the colleague's own, or the main one.
DUE = f"""
SELECT m.id, m.candidate_id, e.sequence_id, coalesce(m.sender_id, e.sender_id) AS writer, m.enrolment_id,
  coalesce(e.state = 'paused', false) AS is_paused, c.time_zone, c.country, t.time_zone AS zone, b.id AS mailbox,
  {MARK} AS mark, ARRAY[s.window_zone, s.fixed_zone] AS zones, ARRAY[s.window_start_hour, s.window_end_hour] AS hours,
  s.weekdays, s.skips_holidays, s.sender_id,
  coalesce(m.purpose = 'sequence_step' AND m.channel = 'email' AND m.is_proactive AND s.status = 'active'
    AND NOT t.sending_stopped AND (NOT k.needs_review OR m.approved_at IS NOT NULL)
    AND b.id IS NOT NULL AND {IS_FREE}
    AND NOT EXISTS (SELECT FROM talent_contactpreference w WHERE w.candidate_id = c.id)
    AND NOT EXISTS (SELECT FROM outreach_sendpulse u
                    WHERE u.outage_until > %(forgotten)s AND m.due_at < u.outage_until),
    false) AS is_plain
FROM outreach_outboundmessage m JOIN talent_candidate c ON c.id = m.candidate_id JOIN crm_tenant t ON t.id = m.tenant_id
LEFT JOIN outreach_enrolment e ON e.id = m.enrolment_id LEFT JOIN outreach_sequence s ON s.id = e.sequence_id
LEFT JOIN outreach_sequencestep k ON k.id = m.step_id
LEFT JOIN LATERAL (
  SELECT x.id, x.stopped_at, x.owner_id FROM outreach_mailbox x
  WHERE CASE WHEN coalesce(m.mailbox_id, s.mailbox_id) IS NULL
    THEN x.is_default OR x.owner_id = coalesce(m.sender_id, e.sender_id, s.sender_id)
    ELSE x.id = coalesce(m.mailbox_id, s.mailbox_id) END
  ORDER BY x.is_default LIMIT 1
) b ON true
WHERE m.tenant_id = %(tenant)s AND m.state = 'planned' AND NOT m.is_held AND m.due_at <= %(now)s
  AND (m.mailbox_id IS NULL OR m.mailbox_id <> ALL(%(closed)s::uuid[]))
ORDER BY m.due_at, m.id LIMIT {{limit}}
FOR UPDATE OF m SKIP LOCKED FOR NO KEY UPDATE OF c SKIP LOCKED
"""  # noqa: S608
FEW = 50  # are claimed by whoever comes first; of more a worker leaves something to the others
FIRST_OF_DUE = DUE.format(limit="%(limit)s")
SHARE_OF_DUE = DUE.format(
    limit="""least(%(limit)s, greatest(%(few)s, (SELECT count(*) / 3 FROM (
  SELECT FROM outreach_outboundmessage n WHERE n.tenant_id = %(tenant)s AND n.state = 'planned' AND NOT n.is_held
    AND n.due_at <= %(now)s LIMIT 3 * %(limit)s) left_over)))"""
)
# A first mail to where nobody takes any waits, or is given up: `recipient_domains` says so.
# Each part is gathered once: flattened into one join, a plan that was made while tables were empty would go through the
# whole of `clear` for each message of the workspace.
RESERVED = f"""
WITH asked AS MATERIALIZED (
  SELECT m.id AS message, m.candidate_id AS id, g.mailbox, e.sequence_id AS sequence, s.topic_id AS topic, s.priority,
    coalesce(m.sender_id, e.sender_id, s.sender_id) AS sender, coalesce(t.purpose, 'contact') AS purpose
  FROM unnest(%(own)s::uuid[], %(mailboxes)s::uuid[]) AS g (message, mailbox)
  JOIN outreach_outboundmessage m ON m.id = g.message JOIN outreach_enrolment e ON e.id = m.enrolment_id
  JOIN outreach_sequence s ON s.id = e.sequence_id LEFT JOIN outreach_topic t ON t.id = s.topic_id
), clear AS MATERIALIZED ({gate_screen.statement_of_steps()})
UPDATE outreach_outboundmessage o SET state = 'reserved', claim = %(claim)s, reserved_at = %(now)s,
  lease_until = %(now)s + %(lease)s, mailbox_id = clear.mailbox, to_address = clear.address, put_off_reason = '',
  put_off_words = ''
FROM clear WHERE o.id = clear.message AND NOT (clear.last_contacted_at IS NULL AND EXISTS (
  SELECT FROM outreach_recipientdomain d WHERE d.domain = lower(substring(clear.address FROM '@([^@]*)$'))
    AND d.takes_mail = false AND d.silent_since IS NOT NULL))
RETURNING o.id
"""  # noqa: S608


class Due(NamedTuple):
    """A message that is due, its row and its person's locked; as much of it as the first look needs."""

    id: UUID
    candidate_id: UUID
    sequence_id: UUID | None
    writer: UUID | None
    enrolment_id: UUID | None
    is_paused: bool
    time_zone: str
    country: str
    zone: str
    mailbox_id: UUID | None
    mark: str
    zones: list[str]
    hours: list[int | None]
    weekdays: list[int]
    skips_holidays: bool
    sender_id: UUID | None
    is_plain: bool

    # The hours of its sequence, as `windows` asks for them.

    @property
    def window_zone(self) -> str:
        return self.zones[0]

    @property
    def fixed_zone(self) -> str:
        return self.zones[1]

    @property
    def window_start_hour(self) -> int | None:
        return self.hours[0]

    @property
    def window_end_hour(self) -> int | None:
        return self.hours[1]


class Place(NamedTuple):
    """Where somebody is, as `windows` asks."""

    pk: UUID
    time_zone: str
    country: str


@dataclass(frozen=True)
class Held:
    """A claim, and until when its reservations last."""

    claim: UUID
    now: datetime
    lease: timedelta


def lock_due(*, now: datetime, limit: int, closed: Collection[UUID]) -> list[Due]:
    """The first of each person, in order of their moments, locked; none whose person another worker holds.

    At most `limit`, and where those are not few a third of what is due, so that several workers end together.
    """
    asked = {
        "tenant": current_tenant_id(),
        "now": now,
        "limit": limit,
        "closed": array(closed),
        "forgotten": now - LONGEST_LATE,
        "few": FEW,
    }
    text = FIRST_OF_DUE if limit <= FEW else SHARE_OF_DUE
    rows = in_one_trip((f"SELECT {BY_KEYS}", []), (text, asked))
    first: dict[UUID, Due] = {}
    for row in rows:
        first.setdefault(row[1], Due(*row))
    return list(first.values())


def in_hours(rows: Row[Due], now: datetime, calendar: Calendar) -> list[Due]:
    """The plain ones among them whose sequence has its hours now."""
    plain = [row for row in rows if row.is_plain]
    if not plain:
        return []
    by_sender = any(row.window_zone == WindowZone.SENDER for row in plain)
    found = Windows(plain[0].zone, calendar, windows.zones_of_colleagues() if by_sender else {}, {})
    known: dict[tuple[object, ...], bool] = {}
    for row in plain:
        if (key := _alike(row)) not in known:
            place = Place(row.candidate_id, row.time_zone, row.country)
            known[key] = found.of(row, place, row.writer).ours.first(now) == now
    return [row for row in plain if known[_alike(row)]]


def _alike(row: Due) -> tuple[object, ...]:
    return row.sequence_id, row.time_zone, row.country, row.writer


def reserve(rows: Row[Due], held: Held, rules: SendingPolicy) -> set[UUID]:
    """Those of these messages that nothing keeps back: they are reserved. Ends what `lock_due` has begun."""
    if not rows:
        in_one_trip(AS_BEFORE)
        return set()
    own = [row.id for row in rows]
    asked = gate_screen.parameters((), Intent(""), held.now, own, rules)
    asked |= {"claim": held.claim, "lease": held.lease, "mailboxes": array(row.mailbox_id for row in rows)}  # type: ignore[misc]
    found, _ = answers((RESERVED, asked), AS_BEFORE)
    return {row[0] for row in found}
