"""Are a provider's calls its own? The signatures of those that sign, over the bytes as they came."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

TOLERANCE = timedelta(minutes=5)  # Standard Webhooks 1.0: each attempt carries a time of its own
RETRIES = timedelta(hours=25)  # Mailgun and SendGrid sign once, and try again with the same bytes for up to a day


@dataclass(frozen=True)
class Call:
    """What came: header names in lower case."""

    body: bytes
    headers: Mapping[str, str]


def _is_fresh(stamp: str, now: datetime, within: timedelta) -> bool:
    try:
        return abs(now.timestamp() - float(stamp)) <= within.total_seconds()
    except (ValueError, OverflowError):
        return False


def mailgun(call: Call, key: str, now: datetime) -> bool:
    """hex HMAC-SHA256 of timestamp and token; the rest of the body is not signed, so only https protects it."""
    try:
        block = json.loads(call.body)["signature"]
        stamp, token, given = str(block["timestamp"]), str(block["token"]), str(block["signature"])
    except (ValueError, KeyError, TypeError):
        return False
    wanted = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), given.encode()) and _is_fresh(stamp, now, RETRIES)


def sendgrid(call: Call, key: str, now: datetime) -> bool:
    """ECDSA over timestamp and body; the key is base64 of a public key in DER."""
    stamp = call.headers.get("x-twilio-email-event-webhook-timestamp", "")
    try:
        public = load_der_public_key(base64.b64decode(key))
        given = base64.b64decode(call.headers.get("x-twilio-email-event-webhook-signature", ""), validate=True)
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        public.verify(given, stamp.encode() + call.body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return _is_fresh(stamp, now, RETRIES)


def standard(call: Call, key: str, now: datetime) -> bool:
    """Standard Webhooks 1.0, with the header names of Resend's sender: any of the entries `v1,<base64>` will do."""
    head = {name: call.headers.get(f"svix-{name}", "") for name in ("id", "timestamp", "signature")}
    try:
        secret = base64.b64decode(key.removeprefix("whsec_"))
    except (binascii.Error, ValueError):
        return False
    signed = f"{head['id']}.{head['timestamp']}.".encode() + call.body
    wanted = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest())
    given = [one.removeprefix("v1,").encode() for one in head["signature"].split(" ") if one.startswith("v1,")]
    is_signed = any(hmac.compare_digest(wanted, one) for one in given)
    return is_signed and _is_fresh(head["timestamp"], now, TOLERANCE)


SIGNED: dict[str, Callable[[Call, str, datetime], bool]] = {
    "mailgun": mailgun,
    "sendgrid": sendgrid,
    "resend": standard,
}


def is_genuine(provider: str, call: Call, key: str, now: datetime) -> bool:
    """Whether a call is the provider's own and not an old one; True where it does not sign, or no key was entered."""
    return not key or provider not in SIGNED or SIGNED[provider](call, key, now)
