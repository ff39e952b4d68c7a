"""Members' own mailboxes: the registration with their maker, connecting, and access tokens that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from crm.services.sealed import SealBroken
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import Encryption, TransportKind
from outreach.models import MailApp, Mailbox
from outreach.services import mailbox_secrets
from outreach.transports.base import NotReached
from outreach.transports.oauth import MAKERS, Client, Grant, Tokens, lacking

SMTP_PORT = 587


@dataclass(frozen=True)
class Way:
    """One way to send from an own mailbox."""

    key: str
    maker: str
    transport: TransportKind
    label: str
    text: str

    @property
    def scopes(self) -> tuple[str, ...]:
        maker = MAKERS[self.maker]
        return maker.smtp_scopes if self.transport == TransportKind.SMTP else maker.scopes


WAYS = {
    way.key: way
    for way in (
        Way("gmail", "google", TransportKind.GMAIL, "Gmail", "Through Google's API, for Gmail and Google Workspace."),
        Way("graph", "microsoft", TransportKind.GRAPH, "Microsoft 365", "Through Microsoft Graph, for Outlook."),
        Way("google-smtp", "google", TransportKind.SMTP, "Gmail over SMTP", "Where the API is switched off."),
        Way("microsoft-smtp", "microsoft", TransportKind.SMTP, "Outlook over SMTP", "Where the API is switched off."),
    )
}


class NotConnected(ValueError):
    """The mailbox cannot be connected; the message says why."""


def redirect_uri() -> str:
    """Where makers send people back to; it is entered in the registration."""
    return settings.BASE_URL + reverse("outreach-public:mail-oauth")


def client_of(maker: str) -> Client | None:
    """The current tenant's registration with a maker, or None. Raises SealBroken."""
    app = MailApp.objects.filter(maker=maker).first()
    if app is None:
        return None
    return Client(MAKERS[maker], app.client_id, mailbox_secrets.app_secret(app), app.directory)


@transaction.atomic
def save_app(*, maker: str, client_id: str, secret: str, directory: str, by: Actor) -> MailApp:
    """Store the registration with a maker; an empty secret leaves the stored one."""
    app = MailApp.objects.filter(maker=maker).first() or MailApp(maker=maker)
    app.client_id, app.directory = client_id, directory or "common"
    if secret:
        mailbox_secrets.seal_app_secret(app, secret)
    app.save()
    audit.record(action="mail_app.change", by=by, object_type="outreach.mailapp", object_id=app.pk)
    return app


def ways() -> list[Way]:
    """The ways for which the workspace has a registration."""
    makers = set(MailApp.objects.values_list("maker", flat=True))
    return [way for way in WAYS.values() if way.maker in makers]


def own(member: Member) -> Mailbox | None:
    """The mailbox that this member connected."""
    return Mailbox.objects.filter(owner=member).first()


@transaction.atomic
def connect(*, member: Member, way: Way, grant: Grant, now: datetime) -> Mailbox:
    """Store what the maker granted as the member's own mailbox, in the place of an earlier one."""
    granted = grant.scope or " ".join(way.scopes)
    if not grant.refresh_token or way.scopes[0] in lacking(way.scopes, granted):
        given = "no lasting access" if not grant.refresh_token else "no right to send"
        raise NotConnected(f"{MAKERS[way.maker].label} gave {given}. Connect again and agree to everything.")
    mailbox = own(member) or Mailbox(owner=member)
    user, maker = member.user, MAKERS[way.maker]
    mailbox.name, mailbox.from_name, mailbox.from_address = (
        f"{user.display_name}'s own"[:80],
        user.display_name,
        user.email,
    )
    mailbox.transport, mailbox.provider, mailbox.tested_at = way.transport, way.maker, None
    mailbox.granted = granted[:1000]
    mailbox.stopped_at, mailbox.stopped_reason = None, ""
    if way.transport == TransportKind.SMTP:
        mailbox.host, mailbox.port, mailbox.encryption = maker.smtp_host, SMTP_PORT, Encryption.STARTTLS
        mailbox.username = user.email
    mailbox_secrets.seal_secrets(mailbox, _kept(grant, now))
    mailbox.save()
    audit.record(action="mailbox.connect", by=member.actor, object_type="outreach.mailbox", object_id=mailbox.pk)
    return mailbox


def _kept(grant: Grant, now: datetime) -> dict[str, str]:
    ends = int(now.timestamp()) + grant.seconds
    return {"refresh_token": grant.refresh_token, "access_token": grant.access_token, "access_ends": str(ends)}


class Rights(StrEnum):
    """Whether a connected mailbox may do all that it is asked to."""

    ENOUGH = "enough"
    LACKING = "lacking"  # it may not look into its sent mail
    UNKNOWN = "unknown"  # connected before that was noted; its next token tells


def way_of(mailbox: Mailbox) -> Way | None:
    """How a mailbox was connected; None for one that was not."""
    fitting = (way for way in WAYS.values() if (way.maker, way.transport) == (mailbox.provider, mailbox.transport))
    return next(fitting, None)


def rights_of(mailbox: Mailbox) -> Rights:
    """What its maker lets us do, held against what is needed."""
    way = way_of(mailbox)
    if way is None:
        return Rights.ENOUGH
    if not mailbox.granted:
        return Rights.UNKNOWN
    return Rights.LACKING if lacking(way.scopes, mailbox.granted) else Rights.ENOUGH


@transaction.atomic
def disconnect(*, mailbox: Mailbox, by: Actor, now: datetime) -> None:
    """Forget its tokens; nothing is sent from it any more, and its messages stay."""
    mailbox.transport, mailbox.owner, mailbox.sealed_secrets = TransportKind.SANDBOX, None, ""
    mailbox.granted = ""
    mailbox.stopped_at, mailbox.stopped_reason = now, "It was disconnected."
    mailbox.save()
    audit.record(action="mailbox.disconnect", by=by, object_type="outreach.mailbox", object_id=mailbox.pk)


def _keep(tenant_id: UUID, mailbox_id: UUID, grant: Grant) -> None:
    """Store renewed tokens in a transaction of their own; a refresh token that did not change stays."""
    with open_tenant(tenant_id):
        mailbox = Mailbox.objects.select_for_update().filter(pk=mailbox_id).first()
        if mailbox is None or not mailbox.sealed_secrets:
            return
        before = mailbox_secrets.secrets_of(mailbox)
        fresh = {name: value for name, value in _kept(grant, datetime.now(UTC)).items() if value}
        mailbox_secrets.seal_secrets(mailbox, before | fresh)
        mailbox.granted = grant.scope[:1000] or mailbox.granted
        mailbox.save(update_fields=["sealed_secrets", "granted"])


def tokens_of(mailbox: Mailbox) -> Tokens:
    """The tokens of a connected mailbox, renewed and kept as needed. Raises NotReached."""
    try:
        client, secrets = client_of(mailbox.provider), mailbox_secrets.secrets_of(mailbox)
    except SealBroken as error:
        raise NotReached(str(error)) from error
    if client is None:
        raise NotReached(f"This workspace has no registration with {MAKERS[mailbox.provider].label} any more.")
    # Of one that was connected before rights were noted: a renewed token comes with them.
    ends = datetime.fromtimestamp(int(secrets.get("access_ends", "0")) if mailbox.granted else 0, UTC)
    keep = partial(_keep, mailbox.tenant_id, mailbox.pk)
    return Tokens(client, secrets.get("refresh_token", ""), secrets.get("access_token", ""), ends, keep)
