"""Signed tokens in the links of mails: they carry tenant and row, and cannot be guessed or changed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

Kind = Literal["open", "click", "unsubscribe"]
ADDRESS_NAMES: dict[Kind, str] = {
    "open": "outreach-public:open",
    "click": "outreach-public:click",
    "unsubscribe": "outreach-public:unsubscribe",
}


@dataclass(frozen=True)
class Target:
    """What a token stands for: a row (message or link) of a tenant."""

    tenant_id: UUID
    row_id: UUID


def _signer(kind: Kind) -> Signer:
    # A salt per purpose: a token for opens never unsubscribes anybody.
    return Signer(salt=f"outreach.{kind}", sep=".")


def make(kind: Kind, *, tenant_id: UUID, row_id: UUID) -> str:
    """A token for a URL path; it works for years, because people unsubscribe late."""
    packed = base64.urlsafe_b64encode(tenant_id.bytes + row_id.bytes).decode().rstrip("=")
    return _signer(kind).sign(packed)


def read(kind: Kind, token: str) -> Target | None:
    """What the token stands for; None for a forged, broken or foreign one."""
    try:
        packed = _signer(kind).unsign(token)
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return Target(UUID(bytes=raw[:16]), UUID(bytes=raw[16:])) if len(raw) == 32 else None


def url(kind: Kind, *, tenant_id: UUID, row_id: UUID) -> str:
    """The absolute address that goes into a mail."""
    token = make(kind, tenant_id=tenant_id, row_id=row_id)
    return f"{settings.BASE_URL}{reverse(ADDRESS_NAMES[kind], args=[token])}"
