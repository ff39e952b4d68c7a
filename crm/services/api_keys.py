"""Makes, finds and revokes API keys."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from crm import together
from crm.actors import Actor
from crm.models import ApiKey
from crm.permissions import Role
from crm.services import audit
from crm.together import Asked, Word

PREFIX = "rpt_"  # for secret scanners


def fingerprint(secret: str) -> str:
    """SHA-256 in hexadecimal: the secret has 256 bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create(
    *, name: str, by: Actor, role: str = Role.RECRUITER, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown this once and never stored."""
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name, prefix=secret[:10], secret_hash=fingerprint(secret), role=role, expires_at=expires_at
    )
    audit.record(action="api_key.create", by=by, object_type="crm.apikey", object_id=key.pk, facts={"role": role})
    return key, secret


def listing() -> QuerySet[ApiKey]:
    """Keys of the current tenant: those that work first, newest first."""
    return ApiKey.objects.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")


def working() -> QuerySet[ApiKey]:
    """Keys of the current tenant that nobody revoked."""
    return ApiKey.objects.filter(revoked_at=None)


@together.planned
def _named(secret_hash: Word) -> Asked[ApiKey]:
    return ApiKey.objects.filter(secret_hash=secret_hash)


def asks(secret: str) -> Asked[ApiKey]:
    """What `find` asks, for whoever asks more at the same time."""
    return _named(Word(fingerprint(secret)))


def find(*, secret: str, asked: Asked[ApiKey] | None = None) -> ApiKey | None:
    """The usable key of the current tenant with this secret, or None; `asked` is what `asks` gave for it."""
    now = timezone.now()
    key = next(iter(together.rows(asked or asks(secret))), None)
    if key is None or not key.is_usable(now):
        return None
    if key.last_used_on != now.date():
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=now.date())
    return key


@transaction.atomic
def revoke(*, key: ApiKey, by: Actor, now: datetime) -> None:
    """End a key at once."""
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    audit.record(action="api_key.revoke", by=by, object_type="crm.apikey", object_id=key.pk)
