"""Signed tokens in the links of mails: they carry tenant and row, and cannot be guessed or changed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

Kind = Literal["open", "click", "unsubscribe", "why"]
ADDRESS_NAMES: dict[Kind, str] = {
    "open": "outreach-public:open",
    "click": "outreach-public:click",
    "unsubscribe": "outreach-public:unsubscribe",
    "why": "outreach-public:why",
}


ROWS, SEAL = 32, 16  # bytes


@dataclass(frozen=True)
class Target:
    """What a token stands for: a row (message or link) of a tenant."""

    tenant_id: UUID
    row_id: UUID


def _salt(kind: Kind) -> str:
    # A salt per purpose: a token for opens never unsubscribes anybody.
    return f"outreach.{kind}"


def _seal(kind: Kind, rows: bytes, secret: str | bytes | None = None) -> bytes:
    """128 bits of the HMAC (RFC 2104, section 5, allows half): long enough, and two lines of a mail shorter."""
    return salted_hmac(_salt(kind), rows, secret=secret, algorithm="sha256").digest()[:SEAL]


def make(kind: Kind, *, tenant_id: UUID, row_id: UUID) -> str:
    """A token of 64 characters for a URL path; it works for years, because people unsubscribe late."""
    rows = tenant_id.bytes + row_id.bytes
    return base64.urlsafe_b64encode(rows + _seal(kind, rows)).decode()


def _opened(kind: Kind, token: str) -> bytes | None:
    """The ids in a token whose seal is ours, under today's key or one that was."""
    raw = base64.urlsafe_b64decode(token)
    rows, seal = raw[:ROWS], raw[ROWS:]
    keys = (None, *settings.SECRET_KEY_FALLBACKS)
    return rows if any(constant_time_compare(seal, _seal(kind, rows, key)) for key in keys) else None


def _opened_long(kind: Kind, token: str) -> bytes:
    """The same for tokens with the whole signature, as mails of earlier versions carry them."""
    packed = Signer(salt=_salt(kind), sep=".").unsign(token)
    return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))


def read(kind: Kind, token: str) -> Target | None:
    """What the token stands for; None for a forged, broken or foreign one."""
    try:
        raw = _opened_long(kind, token) if "." in token else _opened(kind, token)
    except (BadSignature, binascii.Error, ValueError):
        return None
    return Target(UUID(bytes=raw[:16]), UUID(bytes=raw[16:])) if raw and len(raw) == ROWS else None


def url(kind: Kind, *, tenant_id: UUID, row_id: UUID, base: str = "") -> str:
    """The absolute address that goes into a mail; `base` is another scheme and host than this installation's."""
    before, after = _around(kind, base or settings.BASE_URL)
    return f"{before}{make(kind, tenant_id=tenant_id, row_id=row_id)}{after}"


@lru_cache(maxsize=4096)
def _around(kind: Kind, base: str) -> tuple[str, str]:
    """What stands before and after a token: looking up an address takes longer than making the token."""
    before, _, after = reverse(ADDRESS_NAMES[kind], args=["T" * 64]).partition("T" * 64)
    return base + before, after
