"""The keys that webhooks are signed with: one follows from the installation's key until somebody makes another."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from crm.actors import Actor
from crm.services import audit, sealed
from crm.services.sealed import Place
from crm.tenancy.context import current_tenant_id
from outreach.models import WebhookSecret

PREFIX = "whsec_"
KEY_BYTES = 32  # Standard Webhooks 1.0: 24 to 64
CHANGE_OVER = timedelta(days=1)


def first(tenant_id: UUID) -> str:
    """The key of a workspace in which nobody has made one."""
    raw = salted_hmac("outreach.webhooks", tenant_id.bytes, algorithm="sha256", secret=settings.SECRET_KEY).digest()
    return PREFIX + base64.b64encode(raw).decode()


def stored() -> WebhookSecret | None:
    return WebhookSecret.objects.first()


def _place(row: WebhookSecret, column: str) -> Place:
    return Place(tenant=row.tenant_id, table="outreach_webhooksecret", row=row.pk, column=column)


def keys(now: datetime) -> list[str]:
    """The keys that sign at a moment, the one in force first. Raises SealBroken."""
    row = stored()
    if row is None:
        return [first(current_tenant_id())]
    found = [sealed.open(row.sealed_key, _place(row, "sealed_key"))]
    if row.previous_until > now:
        found.append(sealed.open(row.sealed_previous, _place(row, "sealed_previous")))
    return found


@transaction.atomic
def renew(*, by: Actor, now: datetime) -> WebhookSecret:
    """A new key. For a day both sign, so that receivers can change over without losing a delivery."""
    before = keys(now)[0]
    row = WebhookSecret.objects.select_for_update().first() or WebhookSecret()
    fresh = PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    row.sealed_key = sealed.seal(fresh, _place(row, "sealed_key"))
    row.sealed_previous = sealed.seal(before, _place(row, "sealed_previous"))
    row.previous_until, row.made_at, row.made_by = now + CHANGE_OVER, now, by.label[:120]
    row.save()
    audit.record(action="webhook.renew_secret", by=by, object_type="outreach.webhooksecret", object_id=row.pk)
    return row
