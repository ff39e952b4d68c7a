"""Amazon SES: its HTTP API (version 2, SendEmail with the raw mail), signed with Signature Version 4."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from outreach.transports import http
from outreach.transports.base import Answer, Envelope, Result
from outreach.transports.http import Request

ALGORITHM = "AWS4-HMAC-SHA256"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class Signer:
    """Signs requests of an AWS account (AWS Signature Version 4)."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = ""
    service: str = "ses"

    def headers(self, method: str, url: str, body: bytes, given: Mapping[str, str], now: datetime) -> dict[str, str]:
        """`given` (names in lower case) with host, date and Authorization added."""
        parts, stamp = urlsplit(url), now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = {**given, "host": parts.netloc, "x-amz-date": stamp}
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
        path, query = quote(parts.path or "/", safe="/-_.~%"), "&".join(sorted(parts.query.split("&")))
        canonical = "\n".join([method, path, query, lines, names, hashlib.sha256(body).hexdigest()])
        scope = f"{stamp[:8]}/{self.region}/{self.service}/aws4_request"
        to_sign = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signature = hmac.new(self._key(stamp[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={self.access_key_id}/{scope}"
        authorization = f"{ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"
        return {**headers, "authorization": authorization}

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret_access_key}".encode()
        for part in (day, self.region, self.service, "aws4_request"):
            key = _hmac(key, part)
        return key


@dataclass(frozen=True)
class SesTransport(http.Direct):
    """An SES account in one region."""

    signer: Signer
    configuration_set: str = ""
    api_url: str = ""  # another address than Amazon's own, for tests
    name: str = "esp"
    most_connections: int = 8

    def read(self, answer: Answer, body: bytes) -> Answer:
        return _read(answer, body, self.signer.region)

    def request(self, envelope: Envelope) -> Request:
        base = self.api_url or f"https://email.{self.signer.region}.amazonaws.com"
        url = f"{base}/v2/email/outbound-emails"
        body = json.dumps(self._payload(envelope)).encode()
        given = {"content-type": "application/json"}
        return Request(url, body, self.signer.headers("POST", url, body, given, datetime.now(UTC)))

    def _payload(self, envelope: Envelope) -> dict[str, object]:
        payload: dict[str, object] = {
            "FromEmailAddress": envelope.from_address,
            "Destination": {"ToAddresses": [envelope.to_address]},
            "Content": {"Raw": {"Data": base64.b64encode(envelope.raw).decode()}},
            "EmailTags": [{"Name": "outbound", "Value": str(envelope.outbound_id)}],
        }
        return payload | ({"ConfigurationSetName": self.configuration_set} if self.configuration_set else {})


def _read(answer: Answer, body: bytes, region: str) -> Answer:
    """SES puts a Message-ID of its own in the place of ours, made of the id in its answer."""
    if answer.result != Result.ACCEPTED:
        return answer
    try:
        found = str(json.loads(body)["MessageId"])
    except (ValueError, KeyError, TypeError):
        found = ""
    host = "email.amazonses.com" if region == "us-east-1" else f"{region}.amazonses.com"
    own = f"<{found}@{host}>" if found else ""
    return Answer(Result.ACCEPTED, answer.code, "Taken by Amazon SES.", provider_message_id=own, provider_ref=found)
