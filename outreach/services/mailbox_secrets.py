"""The secrets of mailboxes and of registrations with their makers: sealed, each bound to its row and column."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crm.services import sealed
from crm.services.sealed import Place
from outreach.models import MailApp, Mailbox


def _place(mailbox: Mailbox, column: str) -> Place:
    return Place(tenant=mailbox.tenant_id, table="outreach_mailbox", row=mailbox.pk, column=column)


def password_of(mailbox: Mailbox) -> str:
    """The stored SMTP password, or "". Raises SealBroken when it does not belong here."""
    return sealed.open(mailbox.sealed_password, _place(mailbox, "sealed_password")) if mailbox.sealed_password else ""


def seal_password(mailbox: Mailbox, password: str) -> None:
    """Put a password on the row, "" for none; the caller saves."""
    mailbox.sealed_password = sealed.seal(password, _place(mailbox, "sealed_password")) if password else ""


def secrets_of(mailbox: Mailbox) -> dict[str, str]:
    """A provider's keys, or the tokens of a connected mailbox. Raises SealBroken."""
    return (
        json.loads(sealed.open(mailbox.sealed_secrets, _place(mailbox, "sealed_secrets")))
        if mailbox.sealed_secrets
        else {}
    )


def seal_secrets(mailbox: Mailbox, secrets: Mapping[str, str]) -> None:
    """Put secrets on the row in the place of all before; the caller saves."""
    kept = {name: value for name, value in secrets.items() if value}
    mailbox.sealed_secrets = sealed.seal(json.dumps(kept), _place(mailbox, "sealed_secrets")) if kept else ""


def _app_place(app: MailApp) -> Place:
    return Place(tenant=app.tenant_id, table="outreach_mailapp", row=app.pk, column="sealed_secret")


def app_secret(app: MailApp) -> str:
    """The client secret of a registration. Raises SealBroken."""
    return sealed.open(app.sealed_secret, _app_place(app))


def seal_app_secret(app: MailApp, secret: str) -> None:
    app.sealed_secret = sealed.seal(secret, _app_place(app))
