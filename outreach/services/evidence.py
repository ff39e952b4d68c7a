"""Settles what the ledger does not know, by evidence or by a person; and notes what happens to sent messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from crm import events
from crm.actors import SYSTEM, Actor
from crm.services import audit
from outreach import events as kinds
from outreach.choices import (
    ACCEPTED_STATES,
    PROGRAMS,
    ActorClass,
    BounceCause,
    MessageEventKind,
    MessageState,
    SettledBy,
    StopReason,
    TransportKind,
)
from outreach.models import Enrolment, MessageEvent, OutboundMessage, SandboxMessage, TrackedLink
from outreach.services import enrolments, ledger, mail_preferences, mailbox_health, planning, topics, tracking
from outreach.transports.sent_mail import Copy
from talent.choices import BanReason
from talent.models import Candidate
from talent.services import contact

Decision = Literal["arrived", "send_again", "give_up"]
PREFETCH = timedelta(seconds=2)  # quicker after the hand-over than any person
UNSTATED_ABSENCE = timedelta(days=10)  # of an automatic answer that names no day
SOFT_WINDOW, SOFT_LIMIT = timedelta(days=14), 3
UNSETTLED = (MessageState.HANDED_OVER, MessageState.UNKNOWN)
RANK = {MessageState.ACCEPTED: 0, MessageState.DELIVERED: 1, MessageState.BOUNCED: 2, MessageState.COMPLAINED: 3}


def _locked(message_id: UUID) -> OutboundMessage | None:
    return (
        OutboundMessage.objects.filter(pk=message_id)
        .select_related("candidate", "enrolment__sequence", "sender__user", "topic")
        .select_for_update(of=("self",))
        .first()
    )


def _prove(message: OutboundMessage, note: str, now: datetime) -> None:
    """Something shows that it left: what was unknown counts as accepted."""
    if message.state in UNSETTLED:
        message.state, message.settled_at, message.settled_by = MessageState.ACCEPTED, now, SettledBy.EVIDENCE
        message.settled_note, message.claim, message.lease_until = note[:300], None, None
        message.save(update_fields=["state", "settled_at", "settled_by", "settled_note", "claim", "lease_until"])
        ledger.after_acceptance(message, is_delivered=False, now=now)


@transaction.atomic
def settle_by_evidence(*, message_id: UUID, note: str, now: datetime, copy: Copy | None = None) -> bool:
    """A copy, a provider's record, a bounce or a reply proves that an unknown message left; False if it is not."""
    message = _locked(message_id)
    if message is None or message.state not in UNSETTLED:
        return False
    if copy is not None:
        message.provider_ref = copy.ref[:255] or message.provider_ref
        message.provider_thread = copy.thread[:255] or message.provider_thread
        message.provider_message_id = copy.message_id[:255] or message.provider_message_id
        message.save(update_fields=["provider_ref", "provider_thread", "provider_message_id"])
    _prove(message, note, now)
    return True


@transaction.atomic
def look_in_sandbox(*, now: datetime) -> int:
    """Settle unknown messages of the sandbox that lie in its mailbox; returns how many."""
    unknown = OutboundMessage.objects.filter(state=MessageState.UNKNOWN, transport=TransportKind.SANDBOX)
    found = SandboxMessage.objects.filter(outbound__in=unknown).values_list("outbound_id", flat=True)
    return sum(settle_by_evidence(message_id=pk, note="It lies in the sandbox mailbox.", now=now) for pk in set(found))


@transaction.atomic
def settle_by_person(*, message: OutboundMessage, decision: Decision, by: Actor, now: datetime) -> bool:
    """A colleague decides about an unknown message: it arrived, send it again, or give it up. False if not unknown."""
    row = _locked(message.pk)
    if row is None or row.state != MessageState.UNKNOWN:
        return False
    audit.record(
        action="message.settle",
        by=by,
        object_type="outreach.outboundmessage",
        object_id=row.pk,
        facts={"decision": decision},
    )
    row.settled_by, row.settled_note, row.claim = SettledBy.PERSON, f"Decided by {by.label}."[:300], None
    row.settled_at = now
    if decision == "send_again":
        row.state, row.due_at, row.handed_over_at, row.settled_at = MessageState.PLANNED, now, None, None
        row.first_tried_at, row.attempts = None, 0
    else:
        row.state = MessageState.ACCEPTED if decision == "arrived" else MessageState.REFUSED
    row.save()
    if decision == "arrived":
        ledger.after_acceptance(row, is_delivered=False, now=now)
    elif decision == "give_up" and row.enrolment_id:
        enrolments.stop(enrolments=[row.enrolment_id], reason=StopReason.REFUSED, now=now, by=by)
    return True


def _move(message: OutboundMessage, state: MessageState) -> bool:
    """Refine an accepted message; a graver state is never overwritten by a lighter one."""
    if message.state not in ACCEPTED_STATES or RANK[MessageState(message.state)] >= RANK[state]:
        return False
    message.state = state
    message.save(update_fields=["state"])
    return True


def _note(message: OutboundMessage, kind: MessageEventKind, now: datetime, **fields: object) -> MessageEvent:
    return MessageEvent.objects.create(message=message, kind=kind, occurred_at=now, **fields)


def _has(message: OutboundMessage, kind: MessageEventKind) -> bool:
    return MessageEvent.objects.filter(message=message, kind=kind).exists()


@transaction.atomic
def record_delivered(*, message_id: UUID, now: datetime) -> None:
    """The provider says that it lies in the person's mailbox."""
    message = _locked(message_id)
    if message is None:
        return
    _prove(message, "The provider reported its delivery.", now)
    if _move(message, MessageState.DELIVERED):
        _note(message, MessageEventKind.DELIVERED, now)
        events.publish_many([planning.about(message, kinds.MESSAGE_DELIVERED, now)])


def _class_of(message: OutboundMessage, claimed: str, agent: str, now: datetime) -> str:
    """Who did this, as far as one can tell: faster than a person can be is a scanner, whatever it calls itself."""
    is_surmised = claimed == ActorClass.UNKNOWN or (bool(agent) and claimed == ActorClass.HUMAN)
    if is_surmised and message.handed_over_at and now - message.handed_over_at < PREFETCH:
        return str(ActorClass.BOT)
    return claimed


@transaction.atomic
def record_opened(*, message_id: UUID, now: datetime, by: str = ActorClass.UNKNOWN, agent: str = "") -> None:
    """The picture of a message was loaded. Every hit is kept; the event log hears of the first of each class.

    `agent` is what the program called itself.
    """
    message = _locked(message_id)
    if message is None or not tracking.allows(message.candidate):
        return
    _prove(message, "It was opened.", now)
    who = _class_of(message, by, agent, now)
    is_first = not MessageEvent.objects.filter(message=message, kind=MessageEventKind.OPENED, by=who).exists()
    _note(message, MessageEventKind.OPENED, now, by=who, note=agent[:300])
    if is_first:
        events.publish_many([planning.about(message, kinds.MESSAGE_OPENED, now, by=who)])


@transaction.atomic
def record_clicked(*, link: TrackedLink, now: datetime, by: str = ActorClass.UNKNOWN, agent: str = "") -> None:
    """A link of a message was followed. Whoever follows another one within a second or two is a scanner."""
    message = _locked(link.message_id)
    if message is None or not tracking.allows(message.candidate):
        return
    _prove(message, "A link of it was followed.", now)
    who = _class_of(message, by, agent, now)
    clicks = MessageEvent.objects.filter(message=message, kind=MessageEventKind.CLICKED)
    if agent and who not in PROGRAMS and clicks.exclude(link=link).filter(occurred_at__gt=now - PREFETCH).exists():
        who = str(ActorClass.BOT)
    is_first = not MessageEvent.objects.filter(link=link, kind=MessageEventKind.CLICKED, by=who).exists()
    _note(message, MessageEventKind.CLICKED, now, by=who, link=link, note=agent[:300])
    if is_first:
        events.publish_many([planning.about(message, kinds.MESSAGE_CLICKED, now, by=who, link=str(link.pk))])


@transaction.atomic
def record_reply(*, candidate_id: UUID, message_id: UUID | None, now: datetime, reply_class: str = "") -> None:
    """The person answered: their sequences that stop on a reply end, all of them, whichever mail they answered.

    `reply_class` is what the answer means, a ReplyClass or nothing; a branch of a sequence may ask for it.
    """
    message = _locked(message_id) if message_id else None
    if message is not None:
        _prove(message, "They answered it.", now)
        _note(message, MessageEventKind.REPLIED, now, reply_class=reply_class)
    stopping = Enrolment.objects.open().filter(candidate_id=candidate_id, sequence__stops_on_reply=True)
    enrolments.stop(enrolments=list(stopping.values_list("pk", flat=True)), reason=StopReason.REPLIED, now=now)


@transaction.atomic
def record_booking(*, candidate_id: UUID, now: datetime) -> None:
    """They booked a meeting: their sequences that stop on a reply end, those that they were in by then."""
    stopping = Enrolment.objects.open().filter(candidate_id=candidate_id, sequence__stops_on_reply=True)
    inside = stopping.filter(enrolled_at__lte=now).values_list("pk", flat=True)
    enrolments.stop(enrolments=list(inside), reason=StopReason.BOOKED, now=now)


def correct_reply(*, message_id: UUID, answered_at: datetime, reply_class: str) -> None:
    """A colleague says what that answer to a message of ours means."""
    answers = MessageEvent.objects.filter(message=message_id, kind=MessageEventKind.REPLIED)
    answers.filter(occurred_at=answered_at).update(reply_class=reply_class)


@transaction.atomic
def record_auto_reply(*, candidate_id: UUID, message_id: UUID | None, until: datetime, now: datetime) -> None:
    """A machine answered for an absent person: their sequences wait until they are back."""
    message = _locked(message_id) if message_id else None
    if message is not None:
        _prove(message, "An automatic answer came back.", now)
        _note(message, MessageEventKind.AUTO_REPLIED, now)
    enrolments.pause_people(candidates=[candidate_id], until=until, now=now)


def _soft_bounces(address: str, now: datetime) -> int:
    """How often mail to this address could not be taken of late."""
    came_back = MessageEvent.objects.filter(kind=MessageEventKind.BOUNCED, cause=BounceCause.SOFT)
    return came_back.filter(message__to_address__iexact=address, occurred_at__gte=now - SOFT_WINDOW).count()


@transaction.atomic
def record_bounce(*, message_id: UUID, cause: BounceCause, note: str, now: datetime) -> None:
    """It came back. A dead address is marked as bad and the person's sequences end; so does a third soft bounce.

    A refusal for policy says nothing about the address: it counts against the mailbox.
    """
    message = _locked(message_id)
    if message is None:
        return
    _prove(message, "It bounced, so it had left.", now)
    is_news = _move(message, MessageState.BOUNCED)
    came_back = MessageEvent.objects.filter(message=message, kind=MessageEventKind.BOUNCED)
    if is_news or not came_back.filter(cause=cause).exists():
        _note(message, MessageEventKind.BOUNCED, now, note=note[:300], cause=cause)
        events.publish_many([planning.about(message, kinds.MESSAGE_BOUNCED, now, hard=cause == BounceCause.HARD)])
    is_dead = cause == BounceCause.HARD
    if is_dead or (cause == BounceCause.SOFT and _soft_bounces(message.to_address, now) >= SOFT_LIMIT):
        contact.mark_bounced(candidate=message.candidate, address=message.to_address, by=SYSTEM, now=now)
        enrolments.stop_people(candidates=[message.candidate_id], reason=StopReason.BOUNCED, now=now)
    mailbox_health.look(message.mailbox_id, now)


@transaction.atomic
def record_delay(*, message_id: UUID, note: str, now: datetime) -> None:
    """The provider has it and could not deliver it yet."""
    message = _locked(message_id)
    if message is not None:
        _prove(message, "The provider tries to deliver it.", now)
        if not _has(message, MessageEventKind.DEFERRED):
            _note(message, MessageEventKind.DEFERRED, now, note=note[:300])


@transaction.atomic
def record_complaint(*, candidate_id: UUID, message_id: UUID | None, now: datetime) -> None:
    """They reported our mail as spam: never again."""
    message = _locked(message_id) if message_id else None
    if message is not None:
        _prove(message, "They reported it as spam.", now)
        if _move(message, MessageState.COMPLAINED):
            _note(message, MessageEventKind.COMPLAINED, now)
            events.publish_many([planning.about(message, kinds.MESSAGE_COMPLAINED, now)])
            mailbox_health.look(message.mailbox_id, now)
    _ban_and_stop(candidate_id, BanReason.COMPLAINED, "Reported our mail as spam.", StopReason.COMPLAINED, now)


def _ban_and_stop(candidate_id: UUID, ban: BanReason, evidence: str, stop: StopReason, now: datetime) -> None:
    candidate = Candidate.objects.get(pk=candidate_id)
    actor = _themselves(candidate)
    contact.ban(candidate=candidate, reason=ban, evidence=evidence, by=actor, now=now)
    enrolments.stop_people(candidates=[candidate_id], reason=stop, now=now, by=actor)


def _unsubscribed(message_id: UUID, how: str, now: datetime) -> OutboundMessage | None:
    """The message through which they unsubscribed, with that noted on it, once; None when the row is gone."""
    message = _locked(message_id)
    if message is None:
        return None
    _prove(message, "They unsubscribed through it.", now)
    if not _has(message, MessageEventKind.UNSUBSCRIBED):
        _note(message, MessageEventKind.UNSUBSCRIBED, now, note=how)
        topic = topics.of(message)
        events.publish_many([planning.about(message, kinds.UNSUBSCRIBED, now, topic=topic.name if topic else "")])
    return message


def _themselves(candidate: Candidate) -> Actor:
    return Actor("candidate", candidate.pk, candidate.name)


@transaction.atomic
def unsubscribe(*, message_id: UUID, how: str, now: datetime) -> None:
    """The person wants no more mails like this one (RFC 8058: of this list), at any of their addresses. Idempotent.

    A message about a topic turns that topic off, as the message was about when it left, and ends its sequences and the
    one it came from; nothing else. One without a topic bans contact.
    `how` is kept as evidence: the page's button, the one-click header, what a provider reported.
    """
    message = _unsubscribed(message_id, how, now)
    if message is None:
        return
    topic, by = topics.of(message), _themselves(message.candidate)
    if topic is None:
        _ban_and_stop(message.candidate_id, BanReason.UNSUBSCRIBED, how, StopReason.UNSUBSCRIBED, now)
        return
    mail_preferences.switch(candidate=message.candidate, topic=topic, is_on=False, by=by, now=now)
    about_it = Q(candidate=message.candidate_id, sequence__topic=topic) | Q(pk=message.enrolment_id)
    running = Enrolment.objects.open().filter(about_it)
    keys = list(running.values_list("pk", flat=True))
    enrolments.stop(enrolments=keys, reason=StopReason.UNSUBSCRIBED, now=now, by=by)


@transaction.atomic
def unsubscribe_from_everything(*, message_id: UUID, how: str, now: datetime) -> None:
    """The person asks, through this message, not to be written to at all: a ban, whatever it was about. Idempotent."""
    message = _unsubscribed(message_id, how, now)
    if message is not None:
        _ban_and_stop(message.candidate_id, BanReason.UNSUBSCRIBED, how, StopReason.UNSUBSCRIBED, now)


@transaction.atomic
def take_back_unsubscribing(*, message_id: UUID, now: datetime) -> None:
    """They want mails about the message's topic after all; sequences that ended do not begin again."""
    message = _locked(message_id)
    topic = topics.of(message) if message is not None else None
    if message is not None and topic is not None:
        by = _themselves(message.candidate)
        mail_preferences.switch(candidate=message.candidate, topic=topic, is_on=True, by=by, now=now)
