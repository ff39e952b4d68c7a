"""The portal's mails. They answer what a person just did, so they leave at once and outside of the ledger."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from outreach.choices import TransportKind
from outreach.models import SandboxMessage
from outreach.services import freezing, mailboxes, mime
from outreach.transports.base import Answer, Envelope, Result, Transport
from portal.services.links import REQUESTED_FOR, Letter


def _draft(tenant: Tenant, letter: Letter, from_header: str) -> mime.Draft:
    words = {"letter": letter, "company": tenant.name, "minutes": int(REQUESTED_FOR.total_seconds() // 60)}
    host = settings.BASE_URL.split("://", 1)[-1].split(":")[0]
    return mime.Draft(
        from_header=from_header,
        to_address=letter.address,
        to_name=letter.candidate.name,
        subject=f"Your profile at {tenant.name}: {letter.code}",
        text=render_to_string("portal/emails/link.txt", words),
        html=render_to_string("portal/emails/link.html", words),
        message_id=f"<{uuid7()}@{host}>",
        sent_at=timezone.now(),
    )


def _through_mailbox(transport: Transport, envelope: Envelope) -> Answer:
    session = transport.open()
    try:
        return session.send(envelope, lambda: True)
    finally:
        session.close()


def _through_product(draft: mime.Draft) -> None:
    """By the mail server of this installation, for workspaces without one of their own."""
    message = EmailMultiAlternatives(draft.subject, draft.text, None, [draft.to_address])
    message.attach_alternative(draft.html, "text/html")
    message.send()


def send(*, tenant: Tenant, letter: Letter) -> None:
    """Send it: to the sandbox in test mode, else through the workspace's mailbox. Call it outside of a transaction.

    Raises NotReached or NotAMail; whoever waits for the mail asks again.
    """
    with open_tenant(tenant):
        mailbox = mailboxes.default_mailbox(tenant)
        draft = _draft(tenant, letter, freezing.from_header(mailbox.from_name or tenant.name, mailbox))
        raw = mime.build(draft)
        if tenant.is_in_test_mode:
            SandboxMessage.objects.create(
                candidate=letter.candidate,
                to_address=letter.address,
                subject=draft.subject,
                raw=raw,
                received_at=draft.sent_at,
            )
            return
        transport = mailboxes.transport_of(tenant=tenant, mailbox=mailbox)
    if mailbox.transport == TransportKind.SANDBOX:
        _through_product(draft)
        return
    answer = _through_mailbox(
        transport,
        Envelope(
            tenant_id=tenant.pk,
            outbound_id=uuid7(),
            candidate_id=letter.candidate.pk,
            claim=uuid7(),
            from_address=mailbox.from_address,
            to_address=letter.address,
            subject=draft.subject,
            raw=raw,
        ),
    )
    if answer.result is not Result.ACCEPTED:
        raise ConnectionError(f"The mail server did not take the mail: {answer.text}")
