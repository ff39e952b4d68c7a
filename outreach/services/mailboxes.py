"""The mailboxes that a tenant sends from: making, testing, going live and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.actors import Actor
from crm.models import Tenant
from crm.services import audit, sealed
from crm.services.sealed import Place
from outreach.choices import Encryption, TransportKind
from outreach.models import Mailbox
from outreach.transports.base import NotReached, Transport
from outreach.transports.sandbox import SandboxTransport
from outreach.transports.smtp import SmtpTransport

PACE = ("time_zone", "daily_cap", "gap_seconds", "warm_up_from", "warm_up_step", "warm_up_on")


class NotLive(ValueError):
    """The workspace cannot go live yet; the message says what is missing."""


@dataclass(frozen=True)
class Server:
    """What a person enters about their mail server. `password` None leaves the stored one."""

    from_address: str
    from_name: str
    reply_domain: str
    host: str
    port: int
    encryption: str = Encryption.STARTTLS
    username: str = ""
    password: str | None = None


def _place(mailbox: Mailbox) -> Place:
    return Place(tenant=mailbox.tenant_id, table="outreach_mailbox", row=mailbox.pk, column="sealed_password")


def password_of(mailbox: Mailbox) -> str:
    """The stored password, or "". Raises SealBroken when it does not belong here."""
    return sealed.open(mailbox.sealed_password, _place(mailbox)) if mailbox.sealed_password else ""


def default_mailbox(tenant: Tenant) -> Mailbox:
    """The tenant's main mailbox. A new tenant gets one that sends to the sandbox, from a reserved domain."""
    found = Mailbox.objects.default()
    if found is not None:
        return found
    made, _ = Mailbox.objects.get_or_create(
        is_default=True,
        defaults={"from_address": f"{tenant.slug}@example.com", "from_name": tenant.name, "name": "Main mailbox"},
    )
    return made


@transaction.atomic
def save_server(*, mailbox: Mailbox, server: Server, by: Actor) -> Mailbox:
    """Store address and server of a mailbox; a change asks for a new connection test."""
    mailbox.transport = TransportKind.SMTP if server.host else TransportKind.SANDBOX
    mailbox.from_address, mailbox.from_name = server.from_address, server.from_name
    mailbox.reply_domain, mailbox.host, mailbox.port = server.reply_domain, server.host, server.port
    mailbox.encryption, mailbox.username, mailbox.tested_at = server.encryption, server.username, None
    if server.password is not None:
        mailbox.sealed_password = sealed.seal(server.password, _place(mailbox)) if server.password else ""
    mailbox.save()
    audit.record(action="mailbox.change", by=by, object_type="outreach.mailbox", object_id=mailbox.pk)
    return mailbox


def transport_of(*, tenant: Tenant, mailbox: Mailbox) -> Transport:
    """How this mailbox sends now; in test mode always to the sandbox, whatever is set up."""
    if tenant.is_in_test_mode or mailbox.transport == TransportKind.SANDBOX:
        return SandboxTransport()
    return SmtpTransport(
        host=mailbox.host,
        port=mailbox.port,
        encryption=mailbox.encryption,
        username=mailbox.username,
        password=password_of(mailbox),
    )


def try_server(*, mailbox: Mailbox) -> str:
    """Connect and log in to the mailbox's server, send nothing; returns "" or what went wrong, in a sentence."""
    if mailbox.transport != TransportKind.SMTP:
        return "There is no mail server to test: enter one first."
    transport = SmtpTransport(
        host=mailbox.host,
        port=mailbox.port,
        encryption=mailbox.encryption,
        username=mailbox.username,
        password=password_of(mailbox),
    )
    try:
        transport.open().close()
    except NotReached as error:
        return str(error)
    return ""


@transaction.atomic
def record_test(*, mailbox: Mailbox, now: datetime) -> None:
    """Note that the connection test succeeded."""
    mailbox.tested_at = now
    mailbox.save(update_fields=["tested_at"])


@transaction.atomic
def go_live(*, tenant: Tenant, by: Actor) -> None:
    """From now on mails leave this system. Raises NotLive without a mail server that was tested."""
    mailbox = Mailbox.objects.default()
    if mailbox is None or mailbox.transport != TransportKind.SMTP:
        raise NotLive("Enter your mail server first.")
    if mailbox.tested_at is None:
        raise NotLive("Test the connection to your mail server first.")
    tenant.mail_mode = Tenant.MailMode.LIVE
    tenant.save(update_fields=["mail_mode"])
    audit.record(action="tenant.go_live", by=by, object_type="crm.tenant", object_id=tenant.pk)


@transaction.atomic
def back_to_test(*, tenant: Tenant, by: Actor) -> None:
    """From now on mails go to the sandbox again, those planned earlier too."""
    tenant.mail_mode = Tenant.MailMode.TEST
    tenant.save(update_fields=["mail_mode"])
    audit.record(action="tenant.back_to_test", by=by, object_type="crm.tenant", object_id=tenant.pk)


@transaction.atomic
def set_pace(*, mailbox: Mailbox, values: dict[str, Any], by: Actor) -> Mailbox:
    """How much and how fast it sends; `values` maps names of PACE to checked values, the others stay."""
    changed = [name for name in PACE if name in values and getattr(mailbox, name) != values[name]]
    for name in changed:
        setattr(mailbox, name, values[name])
    if changed:
        mailbox.save(update_fields=changed)
        audit.record(
            action="mailbox.set_pace", by=by, object_type="outreach.mailbox", object_id=mailbox.pk, fields=changed
        )
    return mailbox
