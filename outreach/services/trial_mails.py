"""Trial mails: a text as somebody real would get it, sent to the colleague who writes it, and counted nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from crm.actors import Actor
from crm.models import Member, Tenant
from crm.services import audit
from crm.services.sealed import SealBroken
from outreach.models import Mailbox, SandboxMessage
from outreach.services import freezing, mailboxes, mime, templates
from outreach.services.mime import Draft, NotAMail
from outreach.services.overview import NOWHERE, Place, context_of
from outreach.services.templates import TemplateRefused
from outreach.transports.base import Envelope, NotReached, Result
from outreach.transports.sandbox import SandboxTransport
from talent.models import Candidate

MARK = "[Test] "


class NotSent(ValueError):
    """No test mail can be made or sent; the message says why."""


@dataclass(frozen=True)
class TrialMail:
    """What is tried: a text, as one person would get it, and what it says beside the person."""

    subject: str
    body: str
    candidate: Candidate
    place: Place = NOWHERE
    mailbox: Mailbox | None = None


def _bytes(mail: TrialMail, mailbox: Mailbox, tenant: Tenant, to: Member, now: datetime) -> tuple[str, bytes]:
    """(subject, mail). Raises NotSent."""
    signs = mail.place.sender.name or mailbox.from_name or tenant.name
    context = context_of(candidate=mail.candidate, name=signs, tenant=tenant, place=mail.place, now=now)
    try:
        made = templates.render(subject=mail.subject, body=mail.body, context=context)
        draft = Draft(
            from_header=freezing.from_header(signs, mailbox),
            to_address=to.user.email,
            to_name=to.user.display_name,
            subject=f"{MARK}{made.subject}",
            text=made.text,
            html=made.html,
            message_id=f"<test-{uuid4()}@{mailbox.from_address.rpartition('@')[2]}>",
            sent_at=now,
        )
        return draft.subject, mime.build(draft)
    except (TemplateRefused, NotAMail) as error:
        raise NotSent(str(error)) from error


def send(*, mail: TrialMail, tenant: Tenant, to: Member, by: Actor, now: datetime) -> str:
    """Send it to this colleague's own address; returns the address. Raises NotSent.

    No ledger row: it is no contact with a person. In test mode it lies in the sandbox mailbox.
    """
    mailbox = mail.mailbox or mailboxes.default_mailbox(tenant)
    subject, raw = _bytes(mail, mailbox, tenant, to, now)
    address = to.user.email
    try:
        transport = mailboxes.transport_of(tenant=tenant, mailbox=mailbox)
        if isinstance(transport, SandboxTransport):
            SandboxMessage.objects.create(to_address=address, subject=subject, raw=raw, received_at=now)
        else:
            session, nobody = transport.open(), uuid4()
            answer = session.send(
                Envelope(tenant.pk, nobody, nobody, nobody, mailbox.from_address, address, subject, raw), lambda: True
            )
            session.close()
            if answer.result != Result.ACCEPTED:
                raise NotSent(f"The mail server did not take it: {answer.text or answer.result}")
    except (NotReached, SealBroken) as error:
        raise NotSent(str(error)) from error
    audit.record(action="test_mail.send", by=by, object_type="crm.member", object_id=to.pk)
    return address
