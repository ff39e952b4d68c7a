"""The mailboxes that a tenant sends from: making, choosing, testing, stopping, going live and back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.actors import Actor
from crm.background import wake_on_commit
from crm.models import Member, Tenant
from crm.services import audit
from crm.tenancy.models import uuid7
from outreach.choices import OWN_MAILBOX, Encryption, TransportKind
from outreach.models import Mailbox
from outreach.services import connecting, contact_rules, mailbox_secrets, mime, sending_domains
from outreach.services.mime import Draft, NotAMail
from outreach.transports.base import Answer, Envelope, NotReached, Result, Transport
from outreach.transports.esp import EspTransport
from outreach.transports.oauth import MAKERS
from outreach.transports.own_mailbox import OwnMailboxTransport
from outreach.transports.sandbox import SandboxTransport
from outreach.transports.sent_folder import ImapSent
from outreach.transports.sent_mail import GmailSent, GraphSent, SentMail
from outreach.transports.ses import SesTransport, Signer
from outreach.transports.smtp import SmtpTransport
from outreach.transports.twilio import TwilioTransport

PACE = ("time_zone", "daily_cap", "gap_seconds", "warm_up_from", "warm_up_step", "warm_up_on")


class NotLive(ValueError):
    """The workspace cannot go live yet; the message says what is missing."""


@dataclass(frozen=True)
class Setup:
    """What a person enters about a mailbox. `password` None, and secrets left out, leave what is stored."""

    name: str
    from_address: str
    from_name: str = ""
    reply_domain: str = ""
    transport: str = TransportKind.SMTP
    provider: str = ""
    host: str = ""
    port: int = 587
    encryption: str = Encryption.STARTTLS
    username: str = ""
    password: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


PLAIN = ("name", "from_address", "from_name", "reply_domain", "transport", "provider")
SERVER = ("host", "port", "encryption", "username")


def default_mailbox(tenant: Tenant) -> Mailbox:
    """The tenant's main mailbox. A new tenant gets one that sends to the sandbox, from a reserved domain."""
    found = Mailbox.objects.default()
    if found is not None:
        return found
    made, _created = Mailbox.objects.get_or_create(
        is_default=True,
        defaults={"from_address": f"{tenant.slug}@example.com", "from_name": tenant.name, "name": "Main mailbox"},
    )
    return made


def for_sender(*, tenant: Tenant, sender: Member | None) -> Mailbox:
    """Where a single mail leaves: the colleague's own mailbox when they connected one, else the main one."""
    fitting = Mailbox.objects.filter(Q(is_default=True) | Q(owner=sender) if sender else Q(is_default=True))
    return fitting.order_by("is_default").first() or default_mailbox(tenant)


@transaction.atomic
def save(*, mailbox: Mailbox, setup: Setup, by: Actor) -> Mailbox:
    """Store how a mailbox sends; a change asks for a new test."""
    is_same = (mailbox.transport, mailbox.provider) == (setup.transport, setup.provider)
    for name in (*PLAIN, *SERVER):
        setattr(mailbox, name, getattr(setup, name))
    mailbox.options, mailbox.tested_at = dict(setup.options), None
    if setup.password is not None:
        mailbox_secrets.seal_password(mailbox, setup.password)
    stored = mailbox_secrets.secrets_of(mailbox)
    kept = stored if is_same else {}
    if setup.transport == TransportKind.ESP:
        kept = kept | {"hook": stored.get("hook") or secrets.token_urlsafe(24)}
    mailbox_secrets.seal_secrets(mailbox, kept | dict(setup.secrets))
    mailbox.is_default = mailbox.is_default or not Mailbox.objects.filter(is_default=True).exists()
    mailbox.save()
    audit.record(action="mailbox.change", by=by, object_type="outreach.mailbox", object_id=mailbox.pk)
    return mailbox


@transaction.atomic
def make_main(*, mailbox: Mailbox, by: Actor) -> None:
    """From now on what names no mailbox leaves from this one."""
    Mailbox.objects.filter(is_default=True).update(is_default=False)
    mailbox.is_default = True
    mailbox.save(update_fields=["is_default"])
    audit.record(action="mailbox.make_main", by=by, object_type="outreach.mailbox", object_id=mailbox.pk)


def _smtp(mailbox: Mailbox) -> SmtpTransport:
    tokens = connecting.tokens_of(mailbox) if mailbox.provider else None
    return SmtpTransport(
        host=mailbox.host,
        port=mailbox.port,
        encryption=mailbox.encryption,
        username=mailbox.username,
        password=mailbox_secrets.password_of(mailbox),
        dkim=None if mailbox.provider else sending_domains.key_for(mailbox),  # makers of mailboxes sign themselves
        token=(lambda: tokens.access(datetime.now(UTC))) if tokens else None,
    )


def _esp(mailbox: Mailbox) -> Transport:
    values = {**mailbox.options, **mailbox_secrets.secrets_of(mailbox)}
    if mailbox.provider != "ses":
        return EspTransport(mailbox.provider, values)
    signer = Signer(values["access_key_id"], values.get("secret_access_key", ""), values["region"])
    return SesTransport(signer, values.get("configuration_set", ""))


def live_transport(mailbox: Mailbox) -> Transport:
    """How this mailbox sends when the workspace is live. Raises SealBroken or NotReached."""
    if mailbox.transport == TransportKind.SMTP:
        return _smtp(mailbox)
    if mailbox.transport == TransportKind.ESP:
        return _esp(mailbox)
    if mailbox.transport in OWN_MAILBOX:
        api: Literal["gmail", "graph"] = "gmail" if mailbox.transport == TransportKind.GMAIL else "graph"
        return OwnMailboxTransport(api, connecting.tokens_of(mailbox))
    if mailbox.transport == TransportKind.TWILIO:
        return _twilio(mailbox)
    return SandboxTransport()


def _twilio(mailbox: Mailbox) -> TwilioTransport:
    path = reverse("outreach-public:text-status", args=[mailbox.tenant_id, mailbox.pk])
    token = mailbox_secrets.secrets_of(mailbox).get("auth_token", "")
    callback = settings.BASE_URL + path
    return TwilioTransport(mailbox.options.get("account_sid", ""), token, mailbox.from_address, callback)


def sent_mail_of(mailbox: Mailbox) -> SentMail | None:
    """Where copies of what it sent lie, if it lets us look there."""
    try:
        if mailbox.transport == TransportKind.GMAIL:
            return GmailSent(connecting.tokens_of(mailbox))
        if mailbox.transport == TransportKind.GRAPH:
            return GraphSent(connecting.tokens_of(mailbox))
        if mailbox.transport == TransportKind.SMTP and mailbox.provider:
            tokens, host = connecting.tokens_of(mailbox), MAKERS[mailbox.provider].imap_host
            return ImapSent(host, mailbox.username, lambda: tokens.access(datetime.now(UTC)))
    except NotReached:
        return None
    return None


def transport_of(*, tenant: Tenant, mailbox: Mailbox) -> Transport:
    """How this mailbox sends now; in test mode always to the sandbox, whatever is set up."""
    return SandboxTransport() if tenant.is_in_test_mode else live_transport(mailbox)


def try_server(*, mailbox: Mailbox, to: str) -> str:
    """Send a test mail to a colleague, past the ledger; over SMTP only connect and log in.

    Returns "" or what went wrong, in a sentence.
    """
    if mailbox.transport == TransportKind.SANDBOX:
        return _("There is no mail server to test: enter one first.")
    try:
        session = live_transport(mailbox).open()
        answer = Answer(Result.ACCEPTED)
        if mailbox.transport != TransportKind.SMTP:
            answer = session.send(_test_mail(mailbox, to), lambda: True)
        session.close()
    except (NotReached, NotAMail) as error:
        return str(error)
    return "" if answer.result == Result.ACCEPTED else _("The mail was not taken: %s") % (answer.text or answer.code)


def _test_mail(mailbox: Mailbox, to: str) -> Envelope:
    key = uuid7()
    draft = Draft(
        from_header=mailbox.from_address,
        to_address=to,
        to_name="",
        subject=_("A test of the mailbox “%s”") % mailbox.name,
        text=_("This mail was sent from the settings. If you read it, the mailbox works."),
        html="",
        message_id=f"<{key}@{mailbox.from_address.rpartition('@')[2]}>",
        sent_at=datetime.now(UTC),
    )
    raw = mime.build(draft)
    return Envelope(mailbox.tenant_id, key, key, key, mailbox.from_address, to, draft.subject, raw)


@transaction.atomic
def record_test(*, mailbox: Mailbox, now: datetime) -> None:
    """Note that the test succeeded."""
    mailbox.tested_at = now
    mailbox.save(update_fields=["tested_at"])


@transaction.atomic
def stop(*, mailbox: Mailbox, reason: str, by: Actor, now: datetime) -> bool:
    """Nothing leaves from this mailbox until somebody resumes it; what is due waits. False when it is stopped."""
    row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if row.stopped_at is not None:
        return False
    row.stopped_at, row.stopped_reason = now, reason[:300]
    row.save(update_fields=["stopped_at", "stopped_reason"])
    facts = {"reason": row.stopped_reason}
    audit.record(action="mailbox.stop", by=by, object_type="outreach.mailbox", object_id=row.pk, facts=facts)
    return True


@transaction.atomic
def resume(*, mailbox: Mailbox, by: Actor, now: datetime) -> None:
    """Mails leave from it again, those that waited first."""
    mailbox.stopped_at, mailbox.stopped_reason, mailbox.resumed_at = None, "", now
    mailbox.save(update_fields=["stopped_at", "stopped_reason", "resumed_at"])
    audit.record(action="mailbox.resume", by=by, object_type="outreach.mailbox", object_id=mailbox.pk)
    wake_on_commit(contact_rules.ASK_AGAIN, "send", mailbox.tenant_id)


@transaction.atomic
def go_live(*, tenant: Tenant, by: Actor) -> None:
    """From now on mails leave this system. Raises NotLive without a main mailbox that was tested."""
    mailbox = Mailbox.objects.default()
    if mailbox is None or mailbox.transport == TransportKind.SANDBOX:
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
