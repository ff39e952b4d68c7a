"""Amazon SNS as far as its signatures go: a key, its certificate, and notices signed with it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from outreach.services import sns_signatures

ADDRESS = f"https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-{'0a' * 16}.pem"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate() -> bytes:
    """In PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    built = built.serial_number(1).not_valid_before(begin).not_valid_after(begin + timedelta(days=3650))
    return built.sign(key(), hashes.SHA256()).public_bytes(Encoding.PEM)


def signed(version: str = "2", **notice: Any) -> dict[str, Any]:
    """A notice with its signature; the certificate lies where it says, without asking the network."""
    sns_signatures.certificates[ADDRESS] = certificate()
    said = {"Type": "Notification", "MessageId": "m1", "Timestamp": "2026-06-03T12:00:00.000Z", "TopicArn": "arn"}
    said |= notice
    given = key().sign(sns_signatures.text_of(said), padding.PKCS1v15(), sns_signatures.HASHES[version])
    return said | {
        "SignatureVersion": version,
        "SigningCertURL": ADDRESS,
        "Signature": base64.b64encode(given).decode(),
    }
