"""What a message is for, whether it may go, and what becomes of one that may not: for a claim and for a hand-over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from outreach.choices import ExclusionReason, MessageState, Purpose
from outreach.models import Mailbox, OutboundMessage
from outreach.services import broadcast_sending, contact_rules, enrolments, gate, planning, send_grants
from outreach.services.gate import Intent, Verdict
from outreach.services.gate_words import no

STOPPED_PAUSE = timedelta(hours=1)  # until a message of a stopped mailbox is looked at again
PUT_OFF = ["put_off_reason", "put_off_words"]


def intent_of(message: OutboundMessage) -> Intent:
    """What this row is for, as the gate wants it."""
    if message.purpose == Purpose.SEQUENCE_STEP and message.step_id and message.enrolment:
        row = message.enrolment
        writer = message.sender_id or row.sender_id  # a step's own sender is in its row from the start
        intent = planning.step_intent(message.step_id, row.sequence, writer, channel=message.channel)
        return replace(intent, key=message.send_key.rsplit(":", 1)[0])
    if message.broadcast is not None:
        return broadcast_sending.intent_of(message.broadcast, message.sender_id)
    key = message.send_key.rsplit(":", 1)[0]
    return Intent(key=key, is_proactive=message.is_proactive, sender_id=message.sender_id)


def verdicts(rows: Collection[OutboundMessage], now: datetime) -> dict[UUID, Verdict]:
    """{row: verdict}, the gate asked once for each purpose."""
    groups: dict[Intent, list[OutboundMessage]] = defaultdict(list)
    for row in rows:
        groups[intent_of(row)].append(row)
    found, rules = {}, contact_rules.current()
    for intent, members in groups.items():
        said = gate.verdicts(
            candidate_ids=[m.candidate_id for m in members],
            intent=intent,
            now=now,
            stage="send",
            own=[m.pk for m in members],
            rules=rules,
        )
        found.update({m.pk: said[m.candidate_id] for m in members})
    return found


def _too_late(message: OutboundMessage, verdict: Verdict) -> Verdict:
    """What may go only after its broadcast is over never goes."""
    until = message.broadcast.goes_until if message.broadcast is not None else None
    if verdict.is_final or until is None or verdict.retry_at is None or verdict.retry_at <= until:
        return verdict
    return replace(verdict, is_final=True, words=f"{verdict.words} By then the broadcast is over.")


def turn_away(message: OutboundMessage, verdict: Verdict, now: datetime) -> None:
    """It may not go: for good, or not yet."""
    verdict = _too_late(message, verdict)
    if verdict.is_final:
        planning.exclude(message, reason=verdict.reason, words=verdict.words, now=now)
        enrolments.stop_after_exclusion(message=message, reason=verdict.reason, now=now)
        return
    message.state, message.claim, message.lease_until = MessageState.PLANNED, None, None
    message.put_off_reason, message.put_off_words = verdict.reason, verdict.words[:300]
    if verdict.retry_at is not None:
        enrolments.put_off([message], verdict.retry_at)
    message.save(update_fields=["state", "claim", "lease_until", "due_at", *PUT_OFF])


def _stopped(mailbox: Mailbox | None, now: datetime) -> Verdict | None:
    """Not yet, when nothing may leave from this mailbox now."""
    if mailbox is None or mailbox.stopped_at is None:
        return None
    words = f"The mailbox {mailbox.from_address} is stopped: {mailbox.stopped_reason}"
    return no(ExclusionReason.MAILBOX_STOPPED, words, final=False, retry_at=now + STOPPED_PAUSE)


def kept_in(message: OutboundMessage, now: datetime) -> Verdict | None:
    """What keeps it in its mailbox: the mailbox is stopped, or is a colleague's who gave no grant."""
    return _stopped(message.mailbox, now) or send_grants.held(message, message.mailbox, now)
