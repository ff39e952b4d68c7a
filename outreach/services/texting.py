"""The account that a tenant sends text messages from, and what its provider reports of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from crm.models import Tenant
from crm.services import audit
from outreach.choices import BounceCause, TransportKind
from outreach.models import Mailbox, OutboundMessage
from outreach.services import mailbox_secrets, mailboxes
from outreach.transports import twilio

MISSING = "No account for text messages is connected: see Settings, Text messages."
# Codes of Twilio that say that this number will never take a message; the others may pass.
DEAD = {"21211", "21614", "30005", "30006"}
POLICY = {"21610", "30004", "30007", "30034", "21408"}


@dataclass(frozen=True)
class Account:
    """What a person enters. An empty token leaves the stored one. `number` in E.164."""

    account_sid: str
    number: str
    token: str = ""


def stored() -> Mailbox | None:
    """The tenant's account, or None."""
    return Mailbox.objects.filter(transport=TransportKind.TWILIO).first()


def account(tenant: Tenant) -> Mailbox:
    """Where text messages leave; in test mode, without an account, they lie in the sandbox as well."""
    return stored() or mailboxes.default_mailbox(tenant)


def is_missing(mailbox: Mailbox, tenant: Tenant) -> bool:
    """Whether a text message would have to leave by a mailbox for mails."""
    return mailbox.transport != TransportKind.TWILIO and not tenant.is_in_test_mode


@transaction.atomic
def save(*, entered: Account, by: Actor) -> Mailbox:
    """Store the tenant's account for text messages."""
    row = stored() or Mailbox(transport=TransportKind.TWILIO, name="Text messages")
    row.provider, row.from_address, row.tested_at = "twilio", entered.number, None
    row.options = {"account_sid": entered.account_sid}
    if entered.token:
        mailbox_secrets.seal_secrets(row, {"auth_token": entered.token})
    row.save()
    audit.record(action="text_account.change", by=by, object_type="outreach.mailbox", object_id=row.pk)
    return row


def try_account(row: Mailbox, api_url: str = "") -> str:
    """Ask the provider for the account; returns "" or what is wrong, in a sentence."""
    token = mailbox_secrets.secrets_of(row).get("auth_token", "")
    return twilio.look(account=row.options.get("account_sid", ""), token=token, api_url=api_url)


def is_signed(*, row: Mailbox, url: str, form: Mapping[str, Sequence[str]], given: str) -> bool:
    """Whether a webhook call was signed with the account's token."""
    token = mailbox_secrets.secrets_of(row).get("auth_token", "")
    return bool(token) and twilio.is_genuine(token=token, url=url, form=form, given=given)


def at(key: UUID) -> Mailbox | None:
    return Mailbox.objects.filter(pk=key, transport=TransportKind.TWILIO).first()


def cause_of(code: str) -> BounceCause:
    """What an error code says about the number."""
    return BounceCause.HARD if code in DEAD else BounceCause.POLICY if code in POLICY else BounceCause.SOFT


def message_of(sid: str) -> OutboundMessage | None:
    """The message that Twilio calls so."""
    return OutboundMessage.objects.filter(provider_ref=sid).first() if sid else None


def latest_to(candidate_id: UUID, now: datetime) -> OutboundMessage | None:
    """The last text message that this person had got from us by then."""
    rows = OutboundMessage.objects.filter(candidate_id=candidate_id, channel="text").left()
    return rows.filter(handed_over_at__lte=now).order_by("-handed_over_at").first()
