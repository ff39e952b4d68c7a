"""The secret with which machines deliver mail to a tenant: made, renewed, checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import date

from django.db import transaction

from crm.actors import Actor
from crm.services import audit
from inbox.models import InboundHook

PREFIX_LENGTH = 8


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def renew(*, by: Actor) -> tuple[InboundHook, str]:
    """Make the tenant's secret, or a new one in its place; the old one stops at once. Returns it this one time."""
    secret = f"inb_{secrets.token_urlsafe(32)}"
    hook, created = InboundHook.objects.update_or_create(
        defaults={"prefix": secret[:PREFIX_LENGTH], "secret_hash": _hash(secret), "made_by": by.label[:120]}
    )
    audit.record(
        action="inbound.create_secret" if created else "inbound.renew_secret",
        by=by,
        object_type="inbox.inboundhook",
        object_id=hook.pk,
    )
    return hook, secret


def opens(*, secret: str, today: date) -> bool:
    """Whether this is the current tenant's secret; takes the same time whatever is wrong with it."""
    hook = InboundHook.objects.first()
    right = hmac.compare_digest(hook.secret_hash if hook else _hash(""), _hash(secret or "-"))
    if hook is None or not right:
        return False
    if hook.last_used_on != today:
        hook.last_used_on = today
        hook.save(update_fields=["last_used_on"])
    return True


def secret_in(header: str) -> tuple[str, str]:
    """(user, secret) of an Authorization header: `Bearer <secret>` (RFC 6750) or Basic (RFC 7617); else ("", "")."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return "", value.strip()
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return user, secret
