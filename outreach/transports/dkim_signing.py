"""DKIM signatures (RFC 6376) for mails that the product itself hands to a mail server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import dkim

# Both headers of the one-click unsubscribe must be covered (RFC 8058, section 4).
SIGNED = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references"),
    *(b"mime-version", b"content-type", b"list-unsubscribe", b"list-unsubscribe-post"),
)


@dataclass(frozen=True)
class DkimKey:
    """A private key (PEM) that signs for a domain; its public half lies at `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    private_key: bytes = field(repr=False)

    def sign(self, raw: bytes) -> bytes:
        """The mail, with CRLF line ends, and its signature as the first header."""
        mail = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
        signature = dkim.sign(
            mail,
            self.selector.encode(),
            self.domain.encode(),
            self.private_key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(SIGNED),
        )
        return bytes(signature) + mail
