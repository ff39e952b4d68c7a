"""Writes plans into the ledger: one row for each message that is meant to go, unique by person and purpose."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from crm import events
from crm.actors import SYSTEM, Actor
from crm.events import Subject
from crm.models import Event, Member
from crm.tenancy import many
from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import among
from crm.tenancy.models import uuid7
from outreach import events as kinds
from outreach.choices import BroadcastStatus, HoldReason, MessageState, Purpose, StepKind
from outreach.models import Broadcast, Enrolment, Mailbox, MessageTemplate, OutboundMessage, Sequence, SequenceStep
from outreach.services import gate
from outreach.services.gate import Intent, Verdict
from talent.choices import Channel, ConsentPurpose

AT_ONCE = 1000
ENDED = ["state", "claim", "lease_until", "excluded_reason", "excluded_words", "settled_at"]


class AlreadyPlanned(ValueError):
    """This person already has a message for this purpose in the ledger."""


@dataclass(frozen=True)
class Content:
    """The frozen words of a single message, and its place in a thread. Message ids carry their angle brackets."""

    subject: str
    text: str
    html: str
    in_reply_to: str = ""
    references: Row[str] = field(default=())


def channel_of(step: SequenceStep) -> str:
    """How a step reaches the person."""
    return str(Channel.TEXT if step.kind == StepKind.TEXT else Channel.EMAIL)


def step_intent(
    step_id: UUID,
    sequence: Sequence,
    sender_id: UUID | None = None,
    time: int = 1,
    channel: str = Channel.EMAIL,
) -> Intent:
    """The purpose `this step of this sequence`: a person gets a step once each time they go through it.

    `sender_id` is who writes to this person instead of the sequence's own sender; `time` counts from 1.
    """
    return Intent(
        key=f"step:{step_id}" if time == 1 else f"step:{step_id}:{time}",
        sequence_id=sequence.pk,
        consent=sequence.topic.purpose if sequence.topic else ConsentPurpose.CONTACT,
        sender_id=sender_id or sequence.sender_id,
        topic_id=sequence.topic_id,
        channel=channel,
        priority=sequence.priority,
    )


def one_off_intent(request_id: UUID, *, is_proactive: bool, sender_id: UUID | None = None) -> Intent:
    """The purpose of a single message; `request_id` is made by the form, so that sending it twice is noticed."""
    return Intent(key=f"one-off:{request_id}", is_proactive=is_proactive, sender_id=sender_id)


def answer_intent(request_id: UUID, *, was_asked: bool, sender_id: UUID | None = None) -> Intent:
    """The purpose of an answer; `was_asked` where the person wrote first."""
    return (
        Intent(key=f"{gate.ASKED}:{request_id}", is_proactive=False, sender_id=sender_id)
        if was_asked
        else one_off_intent(request_id, is_proactive=False, sender_id=sender_id)
    )


def text_intent(request_id: UUID, *, was_asked: bool, sender_id: UUID | None = None) -> Intent:
    """The purpose of an answer by text message; `was_asked` where the person wrote first."""
    before = f"{gate.ASKED}:" if was_asked else ""
    return Intent(key=f"{before}{gate.BY_TEXT}:{request_id}", is_proactive=False, sender_id=sender_id)


def message_id_of(send_key: str) -> str:
    """The `Message-ID` (RFC 5322, section 3.6.4) that follows from tenant and key: a second try has the same."""
    from_key = uuid5(NAMESPACE_URL, f"{current_tenant_id()}/{send_key}")
    host = settings.BASE_URL.split("://", 1)[-1].split(":")[0]
    return f"<{from_key}@{host}>"


def message_ids_of(send_keys: Row[str]) -> list[str]:
    """The same for many."""
    host = settings.BASE_URL.split("://", 1)[-1].split(":")[0]
    before = NAMESPACE_URL.bytes + f"{current_tenant_id()}/".encode()
    return [f"<{_by_name(before + key.encode())}@{host}>" for key in send_keys]


def _by_name(name: bytes) -> UUID:
    """`uuid5` of a name with its namespace before it (RFC 9562, section 5.5)."""
    return UUID(bytes=hashlib.sha1(name, usedforsecurity=False).digest()[:16], version=5)


def reply_tokens(count: int) -> list[str]:
    """Tokens that nobody can guess, 128 bits each, with one look at the system's source of them."""
    drawn = secrets.token_hex(16 * count)
    return [drawn[n : n + 32] for n in range(0, len(drawn), 32)]


def _row(intent: Intent, candidate_id: UUID, due_at: datetime, purpose: str, **fields: Any) -> OutboundMessage:
    send_key = intent.send_key(candidate_id)
    return OutboundMessage(
        send_key=send_key,
        purpose=purpose,
        is_proactive=intent.is_proactive,
        priority=intent.priority,
        candidate_id=candidate_id,
        due_at=due_at,
        message_id=message_id_of(send_key),
        **fields,
    )


def mailbox_of(step: SequenceStep, sequence: Sequence) -> UUID | None:
    """Where a step is planned to leave: the own mailbox of whoever writes it, else the sequence's; None: not yet known.

    Asked once for each step object, and only where the step has a writer of its own.
    """
    if step.kind != StepKind.EMAIL:
        return None
    if step.sender_id is None:
        return sequence.mailbox_id
    if step.own_mailbox is None:
        step.own_mailbox = Mailbox.objects.filter(owner=step.sender_id).first() or False
    return step.own_mailbox.pk if step.own_mailbox else sequence.mailbox_id


def step_row(*, enrolment: Enrolment, step: SequenceStep, due_at: datetime, held_for: str = "") -> OutboundMessage:
    """The ledger row of one step for one person, not yet written."""
    held_for = HoldReason.REVIEW if step.needs_review else held_for
    return _row(
        step_intent(step.key, enrolment.sequence, time=enrolment.round),
        enrolment.candidate_id,
        due_at,
        Purpose.SEQUENCE_STEP,
        enrolment=enrolment,
        step=step,
        template_id=step.template_id,
        channel=channel_of(step),
        sender_id=step.sender_id,
        mailbox_id=mailbox_of(step, enrolment.sequence),
        is_held=bool(held_for),
        held_for=held_for,
    )


def broadcast_row(
    *, broadcast: Broadcast, intent: Intent, candidate_id: UUID, due_at: datetime, sender: Member | None = None
) -> OutboundMessage:
    """The ledger row of a broadcast for one person, not yet written; `sender` where it is not the broadcast's own."""
    return _row(
        intent,
        candidate_id,
        due_at,
        Purpose.BROADCAST,
        broadcast=broadcast,
        sender=sender,
        template_id=broadcast.template_id,
        is_held=broadcast.status == BroadcastStatus.PAUSED,
    )


def plan_rows(rows: list[OutboundMessage]) -> None:
    """Write rows made by `step_row` or `broadcast_row`. Who has the message already keeps the one they have."""
    for row, token in zip(rows, reply_tokens(len(rows)), strict=True):
        row.reply_token = token
    many.create(rows)


@transaction.atomic
def plan_single(
    *,
    candidate_id: UUID,
    content: Content,
    intent: Intent,
    due_at: datetime,
    sender: Member | None,
    mailbox: Mailbox | None = None,
    template: MessageTemplate | None = None,
    waits: Verdict | None = None,
) -> OutboundMessage:
    """Plan one message with frozen words; with `waits`, for the moment that the gate names if any, and with its words.

    Raises AlreadyPlanned for a second one with this intent.
    """
    put_off = waits or Verdict(may=True)
    row = _row(
        intent,
        candidate_id,
        put_off.retry_at or due_at,
        Purpose.ONE_OFF,
        channel=str(intent.channel),
        put_off_reason=put_off.reason,
        put_off_words=put_off.words[:300],
        sender=sender,
        mailbox=mailbox,
        template=template,
        subject=content.subject,
        text=content.text,
        html=content.html,
        in_reply_to=content.in_reply_to,
        references=list(content.references),
        reply_token=reply_tokens(1)[0],
    )
    made = OutboundMessage.objects.bulk_create([row], ignore_conflicts=True)
    stored = OutboundMessage.objects.filter(send_key=row.send_key).first()
    if stored is None or stored.pk != made[0].pk:
        raise AlreadyPlanned("This message is already on its way.")
    return stored


def _left_out_intent(sequence_id: UUID) -> Intent:
    return Intent(key=f"left-out:{sequence_id}", sequence_id=sequence_id)


def remember_left_out(*, step: SequenceStep, people: Row[tuple[UUID, str, str]], now: datetime) -> None:
    """Excluded rows for people who were to get a sequence and do not: (person, reason, words); the last counts."""
    if not people:
        return
    intent, state, purpose = _left_out_intent(step.sequence_id), MessageState.EXCLUDED, Purpose.SEQUENCE_STEP
    like = _row(intent, people[0][0], now, purpose, step=step, state=state, settled_at=now)
    keys = [intent.send_key(candidate_id) for candidate_id, *_ in people]
    each: dict[str, Row[Any]] = {
        "id": [uuid7() for _ in people],
        "candidate_id": [candidate_id for candidate_id, *_ in people],
        "send_key": keys,
        "message_id": message_ids_of(keys),
        "reply_token": reply_tokens(len(people)),
        "excluded_reason": [str(reason) for _, reason, _ in people],
        "excluded_words": [words[:300] for *_, words in people],
    }
    renews = ("excluded_reason", "excluded_words", "settled_at")
    many.insert(like, each, unique=("tenant_id", "send_key"), renews=renews)


def forget_left_out(*, sequence_id: UUID, candidate_ids: Iterable[UUID]) -> None:
    """They get the sequence after all."""
    left_out = OutboundMessage.objects.filter(step__sequence=sequence_id, state=MessageState.EXCLUDED)
    if left_out.exists():
        key = _left_out_intent(sequence_id).key
        left_out.filter(among("candidate", candidate_ids), send_key__startswith=f"{key}:").delete()


def _who(message: OutboundMessage, kind: str) -> Actor:
    if kind in kinds.BY_CANDIDATE:
        return Actor("candidate", message.candidate_id, message.candidate.name)
    return message.sender.actor if message.sender else SYSTEM


def about(message: OutboundMessage, kind: str, now: datetime, **data: Any) -> Event:
    """An event about a message, not yet written. What the person did, by opening it or saying no, is theirs."""
    sequence_id = message.enrolment.sequence_id if message.enrolment else None
    facts = {
        "message": str(message.pk),
        "sequence": str(sequence_id) if sequence_id else None,
        "step": str(message.step_id) if message.step_id else None,
        "broadcast": str(message.broadcast_id) if message.broadcast_id else None,
        "template": str(message.template_id) if message.template_id else None,
        "subject": message.subject[:120],
    }
    return events.build(
        kind,
        candidate=message.candidate_id,
        occurred_at=now,
        actor=_who(message, kind),
        subject=Subject("outreach.outboundmessage", message.pk),
        data={**facts, **data},
    )


def exclude(message: OutboundMessage, *, reason: str, words: str, now: datetime) -> None:
    """End a row that was not handed over, with its reason. The caller holds the row's lock."""
    _exclude([message], reason, words, now)


def _exclude(messages: Row[OutboundMessage], reason: str, words: str, now: datetime) -> None:
    for message in messages:
        message.state, message.claim, message.lease_until = MessageState.EXCLUDED, None, None
        message.excluded_reason, message.excluded_words, message.settled_at = reason, words[:300], now
    many.update(messages, ENDED)
    events.publish_many([about(message, kinds.MESSAGE_EXCLUDED, now, reason=reason) for message in messages])


def exclude_planned(rows: QuerySet[OutboundMessage], *, reason: str, words: str, now: datetime) -> int:
    """End all planned rows among these; what is already reserved meets the gate again before it leaves."""
    waiting = rows.filter(state=MessageState.PLANNED).select_related("enrolment", "sender__user").order_by("pk")
    ended = 0
    while locked := list(waiting.select_for_update(of=("self",))[:AT_ONCE]):
        _exclude(locked, reason, words, now)
        ended += len(locked)
    return ended


def plan_again(rows: QuerySet[OutboundMessage]) -> None:
    """Excluded rows go when they were to go: what excluded them was taken back."""
    excluded = list(rows.filter(state=MessageState.EXCLUDED).select_related("enrolment__sequence"))
    for message in excluded:
        message.state, message.settled_at = MessageState.PLANNED, None
        message.excluded_reason = message.excluded_words = ""
        is_paused = message.enrolment is not None and not message.enrolment.sequence.is_active
        message.held_for = message.held_for or (HoldReason.SEQUENCE if is_paused else "")
        message.is_held = bool(message.held_for)
    names = ["state", "settled_at", "is_held", "held_for", "excluded_reason", "excluded_words"]
    OutboundMessage.objects.bulk_update(excluded, names, batch_size=500)


def cancel(*, message: OutboundMessage, now: datetime, words: str = "A colleague cancelled it.") -> bool:
    """Take back a planned message; False when it is too late."""
    return bool(
        exclude_planned(OutboundMessage.objects.filter(pk=message.pk), reason="cancelled", words=words, now=now)
    )
