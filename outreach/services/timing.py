"""Which of the messages that are due may go at this moment: outages, the pace of a mailbox, the hours of a sequence."""

from __future__ import annotations

from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from outreach.choices import ExclusionReason, HoldReason, Purpose
from outreach.models import OutboundMessage, SendPulse
from outreach.services import contact_rules, enrolments, outages, planner, windows
from outreach.services.pacing import Lanes

LONGEST_LATE = timedelta(days=30)  # after that an outage is forgotten


def _late(rows: Row[OutboundMessage], now: datetime) -> list[OutboundMessage]:
    """Steps and broadcasts that missed their time in an outage: held until a colleague lets them go."""
    pulse = SendPulse.objects.filter(pk=1, outage_until__gt=now - LONGEST_LATE).first()
    limit = outages.late_before(pulse, contact_rules.current().late_hours) if pulse else None
    late = [row for row in rows if limit and row.due_at < limit and row.purpose != Purpose.ONE_OFF]
    for row in late:
        row.is_held, row.held_for = True, HoldReason.LATE
    OutboundMessage.objects.bulk_update(late, ["is_held", "held_for"])
    return late


def _unread(rows: Row[OutboundMessage]) -> list[OutboundMessage]:
    """Steps that a colleague is to read, and nobody has, however they came here: nothing of them leaves."""
    unread = [row for row in rows if row.step is not None and row.step.needs_review and row.approved_at is None]
    for row in unread:
        row.is_held, row.held_for = True, HoldReason.REVIEW
    OutboundMessage.objects.bulk_update(unread, ["is_held", "held_for"])
    return unread


def _outside(rows: Row[OutboundMessage], now: datetime) -> list[OutboundMessage]:
    """Steps that are due outside of their sequence's hours, after a wait for their turn: put off to the next ones."""
    found = windows.read([row.candidate_id for row in rows])
    put_off = []
    for row in rows:
        window = found.of_message(row)
        # What the person asked for is the gate's to say: here are those whom only the sequence's hours keep back.
        if window and window.ours.first(now) != now == window.asked.first(now) and planner.fit(now, window) > now:
            row.put_off_reason = ExclusionReason.OUTSIDE_WINDOW
            row.put_off_words = "The hours of the sequence are over for today."
            put_off.append(row)
    enrolments.put_off(put_off, now)
    OutboundMessage.objects.bulk_update(put_off, ["due_at", "put_off_reason", "put_off_words"])
    return put_off


class Leaving(Protocol):
    """A message, or a row of its columns, that leaves from a mailbox."""

    @property
    def mailbox_id(self) -> UUID | None: ...


M = TypeVar("M", bound=Leaving)


def fitting(rows: Row[M], now: datetime, lanes: Lanes) -> tuple[list[M], list[M]]:
    """(as many as mailbox, domain and workspace take, those that wait for their turn), in the order of the rows."""
    left = lanes.rooms(now)
    ready: list[M] = []
    waiting: list[M] = []
    for row in rows:
        limits = [name for name in lanes.names(row.mailbox_id) if name in left]
        fits = all(left[name] > 0 for name in limits)
        (ready if fits else waiting).append(row)
        for name in limits if fits else ():
            left[name] -= 1
    return ready, waiting


def _in_turn(rows: Row[OutboundMessage], now: datetime, lanes: Lanes) -> list[OutboundMessage]:
    """Those whose turn it is; the others are known by their mailbox while it is closed."""
    ready, waiting = fitting(rows, now, lanes)
    OutboundMessage.objects.bulk_update(waiting, ["mailbox"])
    return ready


def ready(rows: Row[OutboundMessage], now: datetime, lanes: Lanes) -> list[OutboundMessage]:
    """Of due, locked rows, their mailboxes chosen, those whose turn it is; the others are held, put off, or wait.

    `now` is the database's clock; `lanes` are the locked ones of `pacing.lanes`.
    """
    unread = _unread(rows)
    late = _late([row for row in rows if row not in unread], now)
    steps = [row for row in rows if row.enrolment is not None and row not in late + unread]
    outside = _outside(steps, now) if steps else []
    return _in_turn([row for row in rows if row not in late + unread + outside], now, lanes)
