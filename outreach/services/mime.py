"""Builds the bytes of a mail (RFC 5322, 2045-2047): text and HTML parts, threading, one-click unsubscribe."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

# Headers stay on one line each, as far as the standard allows: folded List-Unsubscribe breaks signatures at relays.
POLICY = SMTP.clone(max_line_length=990, cte_type="7bit")
MAX_REFERENCES = 11  # the first and the last ten


class NotAMail(ValueError):
    """These values cannot become a mail: an address is broken, or a header holds a line break."""


@dataclass(frozen=True)
class Draft:
    """Everything a mail is made of. `from_header` is `Name <address>` or an address; ids carry angle brackets."""

    from_header: str
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    sent_at: datetime
    reply_to: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    unsubscribe_url: str = ""
    reference: str = ""


def address(spec: str, name: str = "") -> Address:
    """An address object; a display name loses what is not printable. Raises NotAMail."""
    if not spec or any(ord(c) <= 32 or ord(c) == 127 for c in spec):
        raise NotAMail(f"“{spec[:80]}” is not an e-mail address.")
    try:
        return Address(display_name="".join(c if c.isprintable() else " " for c in name).strip(), addr_spec=spec)
    except (ValueError, IndexError, MessageError) as error:
        raise NotAMail(f"“{spec[:80]}” is not an e-mail address.") from error


def split_from(header: str) -> tuple[str, str]:
    """(name, address) of `Name <address>` or of a bare address."""
    name, found, spec = header.rpartition("<")
    return (name.strip(), spec.rstrip("> ").strip()) if found else ("", header.strip())


def _references(draft: Draft) -> str:
    ids = list(dict.fromkeys(i for i in draft.references if i))
    return " ".join(ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[-(MAX_REFERENCES - 1) :]])


def _headers(draft: Draft) -> dict[str, str]:
    """Headers that are plain text, those without a value left out."""
    headers = {
        "Subject": draft.subject,
        "Date": format_datetime(draft.sent_at),
        "Message-ID": draft.message_id,
        "In-Reply-To": draft.in_reply_to,
        "References": _references(draft),
        "X-Ref": draft.reference,
    }
    if draft.unsubscribe_url:  # RFC 2369 and RFC 8058
        headers["List-Unsubscribe"] = f"<{draft.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return {name: value for name, value in headers.items() if value}


def build(draft: Draft) -> bytes:
    """The mail, with CRLF line ends and 7-bit content. Raises NotAMail."""
    message = EmailMessage(policy=POLICY)
    name, spec = split_from(draft.from_header)
    message["From"] = address(spec, name)
    message["To"] = address(draft.to_address, draft.to_name)
    if draft.reply_to:
        message["Reply-To"] = address(draft.reply_to)
    try:
        for header, value in _headers(draft).items():
            message[header] = value
    except ValueError as error:
        raise NotAMail(f"A header cannot hold this value: {error}.") from error
    message.set_content(draft.text, subtype="plain", charset="utf-8", cte="quoted-printable")
    if draft.html:
        message.add_alternative(draft.html, subtype="html", charset="utf-8", cte="quoted-printable")
    return message.as_bytes()
