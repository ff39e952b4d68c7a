"""Encrypts stored credentials, each bound to the place it is stored at: a copy elsewhere does not open."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_VERSION = 1
NONCE_BYTES = 12  # NIST SP 800-38D, section 8.2.1


class SealBroken(ValueError):
    """The value was changed, was copied from another place, or belongs to another key."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value lives; every part of it is authenticated. `tenant` None: outside tenants (log-ins)."""

    tenant: UUID | None
    table: str
    row: UUID | str
    column: str

    def as_data(self, version: int) -> bytes:
        """The additional authenticated data `tenant|table|row|column|key-version`."""
        return "|".join([str(self.tenant or "-"), self.table, str(self.row), self.column, str(version)]).encode()


@lru_cache(maxsize=1024)
def _cipher(master: str, tenant: UUID | None, version: int) -> AESGCM:
    """A key per tenant and version, derived from the installation's key (HKDF, RFC 5869)."""
    derive = HKDF(SHA256(), length=32, salt=None, info=f"rapport sealed {tenant or '-'} {version}".encode())
    return AESGCM(derive.derive(base64.urlsafe_b64decode(master)))


def seal(secret: str, place: Place) -> str:
    """`secret` encrypted with AES-256-GCM, as text: `v<key version>.<base64 of nonce and ciphertext>`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = _cipher(settings.FIELD_KEY, place.tenant, KEY_VERSION)
    sealed = nonce + cipher.encrypt(nonce, secret.encode(), place.as_data(KEY_VERSION))
    return f"v{KEY_VERSION}.{base64.urlsafe_b64encode(sealed).decode()}"


def open(sealed: str, place: Place) -> str:
    """What `seal` was given, when it lies at the same place. Raises SealBroken otherwise."""
    try:
        head, _, body = sealed.partition(".")
        version, raw = int(head.removeprefix("v")), base64.urlsafe_b64decode(body)
        cipher = _cipher(settings.FIELD_KEY, place.tenant, version)
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.as_data(version)).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken("A stored credential does not open: it was changed, moved, or its key is another.") from error
