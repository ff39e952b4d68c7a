"""Sequences, people to write to, and messages on their way."""

from __future__ import annotations

from collections.abc import Sequence as Row
from datetime import UTC, datetime
from uuid import uuid4

from crm.actors import SYSTEM
from outreach.choices import SequenceStatus, StepKind
from outreach.models import OutboundMessage, Sequence, SequenceStep
from outreach.services import planning, sequences
from outreach.services.planning import Content
from talent.choices import ContactKind
from talent.models import Candidate, ContactPoint

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)  # a Wednesday


def a_person(name: str = "Maya Lindqvist", email: str | None = "") -> Candidate:
    """A candidate with a mail address made from the name; `email` None: without one."""
    candidate = Candidate.objects.create(name=name)
    if email is not None:
        address = email or f"{name.lower().replace(' ', '.')}@example.com"
        ContactPoint.objects.create(
            candidate=candidate, kind=ContactKind.EMAIL, value=address, normal=address.lower(), is_primary=True
        )
    return candidate


def people(count: int) -> list[Candidate]:
    return [a_person(f"Person {n}", f"person{n}@example.com") for n in range(count)]


def a_sequence(
    *,
    subject: str = "Hello",
    body: str = 'Hi {{ first_name | default: "there" }},\n\nare you open to talk?',
    waits: Row[int] = (),
    status: str = SequenceStatus.ACTIVE,
    name: str = "Engineers",
    **fields: object,
) -> Sequence:
    """A sequence of one mail, and one more after each of `waits` (days)."""
    sequence = Sequence.objects.create(name=name, status=status, **fields)
    SequenceStep.objects.create(sequence=sequence, position=0, subject=subject, body=body)
    for number, days in enumerate(waits):
        SequenceStep.objects.create(sequence=sequence, position=2 * number + 1, kind=StepKind.WAIT, wait_days=days)
        SequenceStep.objects.create(
            sequence=sequence, position=2 * number + 2, subject=f"Again {number + 1}", body=body
        )
    return sequence


def enrolled(sequence: Sequence, candidates: Row[Candidate], now: datetime = NOON) -> list[OutboundMessage]:
    """Put people into a sequence; the ledger rows of their first mails, in the order of the people."""
    sequences.enrol(sequence=sequence, candidate_ids=[c.pk for c in candidates], by=SYSTEM, now=now)
    rows = {m.candidate_id: m for m in OutboundMessage.objects.filter(enrolment__sequence=sequence)}
    return [rows[c.pk] for c in candidates]


def a_single(
    candidate: Candidate, *, now: datetime = NOON, subject: str = "Hello", proactive: bool = False
) -> OutboundMessage:
    """A planned single message."""
    return planning.plan_single(
        candidate_id=candidate.pk,
        content=Content(subject=subject, text="Dear Maya", html="<p>Dear Maya</p>"),
        intent=planning.one_off_intent(uuid4(), is_proactive=proactive),
        due_at=now,
        sender=None,
    )
