"""Are notices of Amazon SNS Amazon's own? Their signature, by the certificate that they name.

Source: "Verifying the signatures of Amazon SNS messages", Amazon SNS Developer Guide. Version 1 is RSA with SHA-1,
version 2 with SHA-256; what is signed are some fields in the order of their names.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from crm import safe_http

CERTIFICATE = re.compile(
    r"https://sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?/SimpleNotificationService-[0-9a-f]{20,64}\.pem"
)
NOTICE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
SUBSCRIPTION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
HASHES: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303  # theirs to choose
MOST_KEPT = 32

certificates: dict[str, bytes] = {}  # {address: PEM}: they are asked for once in each process


class NotSigned(ValueError):
    """The notice is not Amazon's own; the message says why."""


def text_of(notice: Mapping[str, Any]) -> bytes:
    """What is signed: names and values, each on a line of its own; a field that is not there is left out."""
    names = NOTICE if notice.get("Type") == "Notification" else SUBSCRIPTION
    return "".join(f"{name}\n{notice[name]}\n" for name in names if notice.get(name) is not None).encode()


def _certificate(address: str) -> bytes:
    """Raises NotSigned for an address that is not Amazon's, and RequestError when it does not answer."""
    if not CERTIFICATE.fullmatch(address):
        raise NotSigned("The certificate does not lie with Amazon.")
    if address not in certificates:
        answer = safe_http.request("GET", address)
        if not answer.ok:
            raise NotSigned(f"Amazon has no such certificate: it answered {answer.status}.")
        if len(certificates) >= MOST_KEPT:
            certificates.clear()
        certificates[address] = answer.body
    return certificates[address]


def _key(address: str) -> rsa.RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(_certificate(address)).public_key()
    except ValueError as error:
        certificates.pop(address, None)
        raise NotSigned("What lies at the certificate's address is none.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotSigned("The certificate is of another kind than Amazon's.")
    return key


def check(notice: Mapping[str, Any]) -> None:
    """Raise NotSigned unless Amazon signed this notice; RequestError when its certificate cannot be fetched now."""
    algorithm = HASHES.get(str(notice.get("SignatureVersion")))
    if algorithm is None:
        raise NotSigned("The notice names no version of its signature that we know.")
    key = _key(str(notice.get("SigningCertURL", "")))
    try:
        given = base64.b64decode(str(notice.get("Signature", "")), validate=True)
        key.verify(given, text_of(notice), padding.PKCS1v15(), algorithm)
    except (InvalidSignature, binascii.Error) as error:
        raise NotSigned("The signature is not Amazon's.") from error
