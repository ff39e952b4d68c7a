"""Messages of the ledger as they look after sending, and what was noted about them."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from outreach.models import Enrolment, MessageEvent, MessageTemplate, OutboundMessage, Sequence
from talent.models import Candidate


def a_template(name: str = "Hello") -> MessageTemplate:
    return MessageTemplate.objects.create(name=name, subject="Hello", body="Hello {{ first_name }}")


def a_sequence(name: str = "Backend") -> Sequence:
    return Sequence.objects.create(name=name)


def an_enrolment(sequence: Sequence, candidate: Candidate, at: datetime) -> Enrolment:
    return Enrolment.objects.create(sequence=sequence, candidate=candidate, enrolled_by="Ines", enrolled_at=at)


def a_message(candidate: Candidate, at: datetime, state: str = "accepted", **fields: object) -> OutboundMessage:
    """One message that was handed over at a moment."""
    key = str(uuid4())
    facts = {"send_key": key, "message_id": f"<{key}@example.com>", "reply_token": key.replace("-", "")}
    facts |= {"purpose": "one_off", "subject": "Hello", "due_at": at, "handed_over_at": at}
    return OutboundMessage.objects.create(candidate=candidate, state=state, **facts | fields)


def happened(message: OutboundMessage, kind: str, at: datetime, by: str = "human") -> MessageEvent:
    return MessageEvent.objects.create(message=message, kind=kind, occurred_at=at, by=by)
