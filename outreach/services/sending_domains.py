"""The domains that a tenant sends from: their keys, checking their DNS, and signing once the key is there."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import transaction

from crm.actors import Actor
from crm.models import Tenant
from crm.services import audit, sealed
from crm.services.sealed import Place
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import TransportKind
from outreach.models import Mailbox, SendingDomain
from outreach.services import domain_checks
from outreach.services.clock import database_now
from outreach.services.dns_answers import Answers, Dns
from outreach.services.domain_checks import Asked, Finding, State
from outreach.services.pacing import domain_of
from outreach.transports.dkim_signing import DkimKey

KEY_BITS = 2048  # RFC 8301, section 3.2
SELECTOR = "rapport"
AGAIN = timedelta(days=1)


def _place(row: SendingDomain) -> Place:
    return Place(tenant=row.tenant_id, table="outreach_sendingdomain", row=row.pk, column="sealed_private_key")


@transaction.atomic
def of(domain: str) -> SendingDomain:
    """The row of a domain; the first time a key is made for it, which lies in the DNS only once somebody puts it."""
    found = SendingDomain.objects.filter(domain=domain).first()
    if found is not None:
        return found
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    row = SendingDomain(domain=domain, selector=SELECTOR)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    row.public_key = base64.b64encode(public).decode()
    row.sealed_private_key = sealed.seal(private.decode(), _place(row))
    row.save(force_insert=True)
    return row


def in_use() -> list[str]:
    """The domains of the workspace's mailboxes that send, each once."""
    boxes = Mailbox.objects.for_mail().exclude(transport=TransportKind.SANDBOX)
    return sorted({domain_of(box) for box in boxes})


def every() -> list[SendingDomain]:
    """Their rows; those of domains that nobody asked about yet are not stored."""
    stored = {row.domain: row for row in SendingDomain.objects.all()}
    return [stored.get(domain) or SendingDomain(domain=domain) for domain in in_use()]


def known(domain: str) -> SendingDomain | None:
    """The row of a domain that a mailbox sends from; None for any other."""
    return of(domain) if domain in in_use() else None


def _asked(row: SendingDomain) -> Asked:
    boxes = [
        box
        for box in Mailbox.objects.for_mail().exclude(transport=TransportKind.SANDBOX)
        if domain_of(box) == row.domain
    ]
    return Asked(
        domain=row.domain,
        senders=sorted({box.provider for box in boxes if box.provider}),
        smtp_hosts=sorted({box.host for box in boxes if box.transport == TransportKind.SMTP and not box.provider}),
        selector=row.selector,
        public_key=row.public_key,
        reply_domain=next((box.reply_domain for box in boxes if box.reply_domain), ""),
    )


def check(*, row: SendingDomain, now: datetime, dns: Answers | None = None) -> list[Finding]:
    """Ask the DNS and keep what it said. The key signs from the first time it is seen, until another lies there."""
    findings = domain_checks.check(_asked(row), dns or Dns())
    _keep(row, findings, now)
    return findings


@transaction.atomic
def _keep(row: SendingDomain, findings: list[Finding], now: datetime) -> None:
    own = f"{row.selector}._domainkey.{row.domain}"
    state = next((f.state for f in findings if f.what == "DKIM" and f.name == own), State.UNKNOWN)
    if state == State.GOOD:
        row.published_at = row.published_at or now
    elif state == State.BAD:
        row.published_at = None
    row.findings, row.checked_at = [finding.as_dict() for finding in findings], now
    row.save(update_fields=["findings", "checked_at", "published_at"])


@transaction.atomic
def renew_key(*, row: SendingDomain, by: Actor) -> SendingDomain:
    """A new key at a new name; the old one goes on nowhere. Signing pauses until the new one is in the DNS."""
    number = int(row.selector.removeprefix(SELECTOR) or 1) + 1
    row.delete()
    fresh = of(row.domain)
    fresh.selector, fresh.daily_cap = f"{SELECTOR}{number}", row.daily_cap
    fresh.save(update_fields=["selector", "daily_cap"])
    audit.record(action="domain.renew_key", by=by, object_type="outreach.sendingdomain", object_id=fresh.pk)
    return fresh


@transaction.atomic
def set_cap(*, row: SendingDomain, cap: int | None, by: Actor) -> SendingDomain:
    """How many mails a day leave the mailboxes of a domain together; None: any number."""
    if row.daily_cap != cap:
        row.daily_cap = cap
        row.save(update_fields=["daily_cap"])
        facts = {"domain": row.domain, "daily_cap": cap}
        audit.record(
            action="domain.set_cap", by=by, object_type="outreach.sendingdomain", object_id=row.pk, facts=facts
        )
    return row


def key_for(mailbox: Mailbox) -> DkimKey | None:
    """The key that signs what this mailbox sends over SMTP, once it is in the DNS. Raises SealBroken."""
    row = SendingDomain.objects.filter(domain=domain_of(mailbox)).exclude(published_at=None).first()
    if row is None:
        return None
    return DkimKey(row.domain, row.selector, sealed.open(row.sealed_private_key, _place(row)).encode())


def check_all_again(*, tenant: Tenant, dns: Answers | None = None) -> int:
    """Check what was last checked a day ago; returns how many. The DNS is asked outside of any transaction."""
    with open_tenant(tenant):
        now = database_now()
        rows = [(row, _asked(row)) for row in SendingDomain.objects.filter(checked_at__lt=now - AGAIN)]
    for row, asked in rows:
        findings = domain_checks.check(asked, dns or Dns())
        with open_tenant(tenant):
            _keep(row, findings, now)
    return len(rows)
