"""Mails as they come in, and messages of ours that they answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from crm.models import Tenant
from inbox.choices import InboundSource
from inbox.models import InboundMail, Message
from inbox.services import inbound
from inbox.services.inbound import Delivery
from outreach.choices import MessageState, Purpose
from outreach.models import OutboundMessage
from talent.models import Candidate
from tests.factories.talent import NOW, a_candidate


def a_sent_message(candidate: Candidate | None = None, **fields: object) -> OutboundMessage:
    """A message of ours that the person has."""
    candidate = candidate or a_candidate()
    key = uuid4().hex
    values: dict[str, object] = {
        "send_key": f"one-off:{key}",
        "purpose": Purpose.ONE_OFF,
        "candidate": candidate,
        "state": MessageState.DELIVERED,
        "due_at": NOW - timedelta(days=1),
        "handed_over_at": NOW - timedelta(days=1),
        "to_address": "zoe@example.com",
        "from_header": "Rapport <team@acme.test>",
        "subject": "A role in Stockholm",
        "text": "Hello Zoë",
        "message_id": f"<{key}@acme.test>",
        "reply_token": key,
    }
    return OutboundMessage.objects.create(**{**values, **fields})


def a_mail(
    text: str = "Yes, let us talk.",
    *,
    sender: str = "Zoë <zoe@example.com>",
    to: str = "team@acme.test",
    subject: str = "Re: A role in Stockholm",
    uid: str = "1",
    **headers: str,
) -> bytes:
    """A mail of a person, as bytes. Further headers by name, `_` for `-`."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 02 Mar 2026 08:00:00 +0000\r\n"
        f"Message-ID: <{uid}@mx.example.com>\r\n{extra}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return f"{head}{text}\r\n".encode()


def a_report(original: OutboundMessage | None, *, status: str = "5.1.1", uid: str = "report") -> bytes:
    """A delivery report (RFC 3464) that returns the headers of a message of ours, or of somebody else's."""
    returned = original.message_id if original else "<somebody-else@elsewhere.test>"
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>\r\nTo: team@acme.test\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <{uid}@mx.example.com>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; zoe@example.com\r\nAction: failed\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {returned}\r\n"
        "To: zoe@example.com\r\n\r\n--b--\r\n"
    ).encode()


def deliver(
    tenant: Tenant, raw: bytes, *, now: datetime = NOW, uid: str = "", to: list[str] | None = None
) -> InboundMail:
    """Store a mail and read it, as the hook and its task do; returns the stored mail as it is then."""
    delivery = Delivery(raw, InboundSource.WEBHOOK, uid, envelope_to=to or [])
    stored = inbound.receive(delivery=delivery, now=now)
    inbound.read(tenant=tenant, inbound_id=stored.pk)
    return InboundMail.objects.get(pk=stored.pk)


def received(tenant: Tenant, raw: bytes, **how: object) -> Message:
    """The message that a delivery became."""
    return Message.objects.get(inbound=deliver(tenant, raw, **how))
