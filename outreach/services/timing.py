"""Which of the messages that are due may go at this moment: outages, the pace of a mailbox, the hours of a sequence."""

from __future__ import annotations

from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from uuid import UUID

from outreach.choices import ExclusionReason, HoldReason, Purpose
from outreach.models import Mailbox, OutboundMessage, SendPulse
from outreach.services import contact_rules, enrolments, outages, planner, windows
from outreach.services.pacing import Lanes

LONGEST_LATE = timedelta(days=30)  # after that an outage is forgotten


def _late(rows: Row[OutboundMessage], now: datetime) -> list[OutboundMessage]:
    """Steps that missed their time in an outage: held until a colleague lets them go."""
    pulse = SendPulse.objects.filter(pk=1, outage_until__gt=now - LONGEST_LATE).first()
    limit = outages.late_before(pulse, contact_rules.current().late_hours) if pulse else None
    late = [row for row in rows if limit and row.due_at < limit and row.purpose == Purpose.SEQUENCE_STEP]
    for row in late:
        row.is_held, row.held_for = True, HoldReason.LATE
    OutboundMessage.objects.bulk_update(late, ["is_held", "held_for"])
    return late


def _outside(rows: Row[OutboundMessage], now: datetime) -> list[OutboundMessage]:
    """Steps that are due outside of their sequence's hours, after a wait for their turn: put off to the next ones."""
    found = windows.read([row.candidate_id for row in rows])
    put_off = []
    for row in rows:
        window = found.of_message(row)
        if window and window.ours.first(now) != now and planner.fit(now, window) > now:
            row.put_off_reason = ExclusionReason.OUTSIDE_WINDOW
            row.put_off_words = "The hours of the sequence are over for today."
            put_off.append(row)
    enrolments.put_off(put_off, now)
    OutboundMessage.objects.bulk_update(put_off, ["due_at", "put_off_reason", "put_off_words"])
    return put_off


def _has_room(row: OutboundMessage, lanes: Lanes, left: dict[UUID, int | None], default: UUID | None) -> bool:
    key = row.mailbox_id or (row.enrolment.sequence.mailbox_id if row.enrolment else None) or default
    if key is None or key not in lanes:
        return True
    room = left[key]
    if room is None:
        return True
    left[key] = room - 1
    return room > 0


def ready(rows: Row[OutboundMessage], now: datetime, lanes: Lanes) -> list[OutboundMessage]:
    """Of due, locked rows those whose turn it is; the others are held, put off, or wait. `now` is the database's."""
    steps = [row for row in rows if row.enrolment is not None]
    kept_back = {row.pk for row in _late(rows, now)}
    if steps:
        kept_back |= {row.pk for row in _outside([s for s in steps if s.pk not in kept_back], now)}
    left = {key: lane.room(now) for key, lane in lanes.items()}
    default = default_key() if lanes else None
    return [row for row in rows if row.pk not in kept_back and _has_room(row, lanes, left, default)]


def default_key() -> UUID | None:
    """The mailbox of messages that name none."""
    main = Mailbox.objects.default()
    return main.pk if main else None
