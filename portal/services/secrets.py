"""The secrets of links: made at random, kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

CODE_DIGITS = 6


def new_token() -> str:
    """256 bits for an address or a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six digits for people to type."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def fingerprint(token: str) -> str:
    """SHA-256 in hexadecimal: a token has 256 bits, so no slow hash is needed; "" stays ""."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def seal_code(link_id: UUID, code: str) -> str:
    """Six digits are quickly tried out: their hash needs the installation's own key, and the link's."""
    return salted_hmac("portal.code", f"{link_id}:{code}", algorithm="sha256").hexdigest()


def is_code(link_id: UUID, code: str, sealed: str) -> bool:
    return constant_time_compare(seal_code(link_id, "".join(c for c in code if c.isdigit())), sealed)
