"""Plays the candidate in the sandbox mailbox. Every answer goes the way that a real one goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from crm.actors import Actor
from crm.services import audit
from inbox.choices import InboundSource
from inbox.mail import compose_sandbox
from inbox.mail.parse import ParsedMail, parse
from inbox.models import InboundMail, TextMessage
from inbox.services import inbound, texts
from inbox.services.inbound import Delivery
from inbox.services.texts import Arrived
from outreach.choices import ActorClass
from outreach.models import SandboxMessage, TrackedLink
from outreach.services import evidence
from talent.choices import Channel

BY_HAND = "Played in the sandbox mailbox."


SHOWN = 100


def mails() -> QuerySet[SandboxMessage]:
    """What test mode caught lately, the newest first."""
    return SandboxMessage.objects.select_related("candidate").defer("raw")[:SHOWN]


def everything() -> QuerySet[SandboxMessage]:
    """All of it, with people and ledger rows."""
    return SandboxMessage.objects.select_related("candidate", "outbound")


@dataclass(frozen=True)
class Letter:
    """A sandbox message as a mail program shows it."""

    mail: ParsedMail
    unsubscribe_url: str


def read(message: SandboxMessage) -> Letter:
    """The mail, read by the same reader as everything that comes in."""
    mail = parse(bytes(message.raw))
    url = mail.header("list-unsubscribe").strip().strip("<>")
    return Letter(mail, url if url.startswith(("http://", "https://")) else "")


def links(message: SandboxMessage) -> QuerySet[TrackedLink]:
    """The counted links of the mail."""
    return TrackedLink.objects.filter(message_id=message.outbound_id).order_by("created_at", "pk")


def _note(message: SandboxMessage, what: str, by: Actor, now: datetime) -> None:
    """Remember on the message what was played, for its page."""
    row = SandboxMessage.objects.select_for_update().get(pk=message.pk)
    row.played = {**row.played, what: now.isoformat()}
    row.save(update_fields=["played"])
    audit.record(action=f"sandbox.{what}", by=by, object_type="outreach.sandboxmessage", object_id=message.pk)


def _deliver(message: SandboxMessage, what: str, raw: bytes, by: Actor, now: datetime) -> InboundMail:
    """Give what the candidate's mail system would send to the real way in."""
    _note(message, what, by, now)
    return inbound.receive(delivery=Delivery(raw, InboundSource.SANDBOX), now=now)


@transaction.atomic
def open_it(*, message: SandboxMessage, by: Actor, now: datetime) -> None:
    """The person opened the mail and its picture was loaded."""
    _note(message, "opened", by, now)
    if message.outbound_id:
        evidence.record_opened(message_id=message.outbound_id, now=now, by=ActorClass.HUMAN)


@transaction.atomic
def click(*, message: SandboxMessage, link: TrackedLink, by: Actor, now: datetime) -> None:
    """The person followed a link."""
    _note(message, "clicked", by, now)
    evidence.record_clicked(link=link, now=now, by=ActorClass.HUMAN)


@transaction.atomic
def unsubscribe(*, message: SandboxMessage, by: Actor, now: datetime) -> None:
    """The person pressed unsubscribe."""
    _note(message, "unsubscribed", by, now)
    if message.outbound_id:
        evidence.unsubscribe(message_id=message.outbound_id, how=BY_HAND, now=now)


@transaction.atomic
def reply(*, message: SandboxMessage, text: str, by: Actor, now: datetime) -> InboundMail:
    """The person answers."""
    return _deliver(message, "replied", compose_sandbox.reply(bytes(message.raw), text, now=now), by, now)


def is_text(message: SandboxMessage) -> bool:
    """Whether it is a text message rather than a mail."""
    return message.outbound is not None and message.outbound.channel == Channel.TEXT


@transaction.atomic
def answer_by_text(*, message: SandboxMessage, text: str, by: Actor, now: datetime) -> TextMessage:
    """The person answers a text message."""
    _note(message, "replied", by, now)
    arrived = Arrived(f"sandbox-{uuid4()}", message.to_address, text)
    return texts.receive(account=None, arrived=arrived, now=now)


@transaction.atomic
def out_of_office(*, message: SandboxMessage, returns_on: date, by: Actor, now: datetime) -> InboundMail:
    """The person's mail program answers that they are away."""
    raw = compose_sandbox.out_of_office(bytes(message.raw), now=now, returns_on=returns_on)
    return _deliver(message, "out_of_office", raw, by, now)


@transaction.atomic
def bounce(*, message: SandboxMessage, hard: bool, by: Actor, now: datetime) -> InboundMail:
    """The person's mail server returns the mail: no such address, or the mailbox is full."""
    raw = compose_sandbox.bounce(bytes(message.raw), now=now, hard=hard)
    return _deliver(message, "bounced", raw, by, now)


@transaction.atomic
def complain(*, message: SandboxMessage, by: Actor, now: datetime) -> InboundMail:
    """The person pressed the spam button; the provider tells us."""
    raw = compose_sandbox.complaint(bytes(message.raw), now=now)
    return _deliver(message, "complained", raw, by, now)
