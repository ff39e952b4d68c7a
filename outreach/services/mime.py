"""Builds the bytes of a mail (RFC 5322, 2045-2047): text and HTML parts, threading, one-click unsubscribe."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
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
    return _carefully(draft) if PICTURE.search(draft.html) else _plainly(draft) or _carefully(draft)


# --- most mails: everything in the headers is ASCII, short and ordinary, and can be put down as it is

ORDINARY_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
ORDINARY_NAME = re.compile(r"(?:[A-Za-z0-9'-]+(?: [A-Za-z0-9'-]+)*)?", re.ASCII)  # atoms of RFC 5322, section 3.2.3
ORDINARY_LINE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", re.ASCII)
LONGEST_LINE = 900


def _mailbox(spec: str, name: str = "") -> str | None:
    """`Name <address>`; None where one of the two asks for care."""
    if not ORDINARY_ADDRESS.fullmatch(spec) or not ORDINARY_NAME.fullmatch(name):
        return None
    return f"{name} <{spec}>" if name else spec


def _plainly(draft: Draft) -> bytes | None:
    """The same mail by hand, some twenty times as quick; None where a header asks for care."""
    name, spec = split_from(draft.from_header)
    people = {"From": _mailbox(spec, name), "To": _mailbox(draft.to_address, draft.to_name)}
    if draft.reply_to:
        people["Reply-To"] = _mailbox(draft.reply_to)
    lines = {**people, **_headers(draft), "MIME-Version": "1.0"}
    if any(value is None or not _is_plain(name, value) for name, value in lines.items()):
        return None
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode("ascii")
    plain = _part("plain", draft.text)
    return head + (_alternatives(draft, plain) if draft.html else plain)


def _is_plain(name: str, value: str) -> bool:
    """Fit to be written as it is; what looks like an encoded word (RFC 2047) would be read as one."""
    return bool(ORDINARY_LINE.fullmatch(value)) and "=?" not in value and len(name) + len(value) < LONGEST_LINE


def _part(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").replace("\n", "\r\n") + "\r\n"
    body = binascii.b2a_qp(lines.encode(), quotetabs=False)  # breaks its lines as those of the text are broken
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + body


def _alternatives(draft: Draft, plain: bytes) -> bytes:
    """Both parts (RFC 2046, section 5.1.4). In quoted-printable no line begins like the boundary."""
    boundary = b"=_" + hashlib.sha256(draft.message_id.encode()).hexdigest()[:32].encode()
    head = b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n'
    between = b"--" + boundary
    parts = (between + b"\r\n" + part + b"\r\n" for part in (plain, _part("html", draft.html)))
    return head + b"".join(parts) + between + b"--\r\n"


# --- all others


def _carefully(draft: Draft) -> bytes:
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
        _add_html(message, draft.html)
    return message.as_bytes()


# --- pictures

PICTURE = re.compile(r'src="data:image/(png);base64,([A-Za-z0-9+/=]+)"', re.ASCII)


def _add_html(message: EmailMessage, html: str) -> None:
    """Mail programs show no `data:` pictures: each goes along as a part that the HTML names (RFC 2387, RFC 2392)."""
    pictures: dict[str, tuple[str, bytes]] = {}

    def named(found: re.Match[str]) -> str:
        content = base64.b64decode(found[2])
        name = f"{hashlib.sha256(content).hexdigest()[:32]}@picture"
        pictures[name] = found[1], content
        return f'src="cid:{name}"'

    named_html = PICTURE.sub(named, html)
    message.add_alternative(named_html, subtype="html", charset="utf-8", cte="quoted-printable")
    if pictures:
        part = message.get_body(("html",))
        assert isinstance(part, EmailMessage)
        for name, (kind, content) in pictures.items():
            part.add_related(content, "image", kind, cid=f"<{name}>", disposition="inline", filename=f"picture.{kind}")
