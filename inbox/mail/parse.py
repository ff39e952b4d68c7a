"""One mail as bytes in, one `ParsedMail` out: headers, best text, attachments, enclosed reports."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from inbox.mail import mime
from inbox.mail.addresses import Address, addresses, message_id, message_ids, moment, normal
from inbox.mail.charsets import header_text
from inbox.mail.html_text import html_to_text
from inbox.mail.mime import Part

MAX_TEXT_CHARS = 2_000_000
_MAX_ENCLOSED_CHARS = 65_536
_REPORTS = ("message/", "text/rfc822-headers")
_EXTENSIONS = {
    "application/ms-tnef": "winmail.dat",
    "application/pdf": "attachment.pdf",
    "image/gif": "image.gif",
    "image/jpeg": "image.jpg",
    "image/png": "image.png",
    "message/rfc822": "message.eml",
    "text/calendar": "invitation.ics",
    "text/html": "attachment.html",
    "text/plain": "attachment.txt",
    "text/rfc822-headers": "headers.txt",
}
_UNSAFE_IN_NAME = re.compile(r'[\\/:*?"<>|]')


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the mail. `filename` is safe to show and to save under, `content` are its decoded bytes."""

    filename: str
    content_type: str
    size: int
    content_id: str | None
    inline: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A report or returned message inside the mail, as text (the first 64 KB)."""

    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What a mail says. Ids are without brackets, moments in UTC, `headers` unfolded and decoded in their order.

    `fingerprint` tells two copies of one mail from two mails that share an id; `problems` says in words what was
    broken.
    """

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime | None
    from_: Address | None
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    return_path: str | None
    subject: str
    text: str
    text_is_from_html: bool
    html: str
    content_type: str
    report_type: str
    attachments: tuple[Attachment, ...]
    enclosed: tuple[Enclosed, ...]
    headers: tuple[tuple[str, str], ...]
    fingerprint: str
    size: int
    problems: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first header of that name (any case), or the empty string."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), "")

    def has_header(self, name: str) -> bool:
        """Whether a header of that name (any case) is there at all, be it empty."""
        name = name.lower()
        return any(key.lower() == name for key, _value in self.headers)


def parse(raw: bytes) -> ParsedMail:
    """Reads a mail (RFC 5322, RFC 2045 to 2047, 2231). Never raises, whatever the bytes.

    Limits: 25 MB, 1,000 parts, 50 levels, two million characters of text; what lies beyond is left out and named in
    `problems`. Two From headers: the first counts. No Message-ID: None, and `fingerprint` still tells mails apart.
    """
    root, problems = mime.read(raw)
    content = _Content(problems)
    content.take(root)
    text, from_html = content.best_text()
    html = "\n".join(content.htmls)[:MAX_TEXT_CHARS]
    values = _values_by_name(root.headers)
    _check_headers(values, problems)
    ids = message_ids(" ".join(values.get("in-reply-to", [])))
    senders = addresses(values.get("from", []))
    return ParsedMail(
        message_id=message_id(_first(values, "message-id")),
        in_reply_to=ids[0] if ids else None,
        references=message_ids(" ".join(values.get("references", []))),
        date=moment(_first(values, "date")),
        from_=senders[0] if senders else None,
        sender=next(iter(addresses(values.get("sender", []))), None),
        to=addresses(values.get("to", [])),
        cc=addresses(values.get("cc", [])),
        reply_to=addresses(values.get("reply-to", [])),
        delivered_to=_delivered_to(values),
        return_path=_return_path(values),
        subject=header_text(_first(values, "subject") or ""),
        text=text,
        text_is_from_html=from_html,
        html=html,
        content_type=root.content_type,
        report_type=root.parameters.get("report-type", "").lower(),
        attachments=tuple(content.attachments),
        enclosed=tuple(content.enclosed),
        headers=tuple((name, header_text(value)) for name, value in root.headers),
        fingerprint=_fingerprint(values, text, html, content.attachments),
        size=len(raw),
        problems=tuple(problems),
    )


class _Content:
    """What the walk over the parts collects."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        self.texts: list[str] = []
        self.htmls: list[str] = []
        self.attachments: list[Attachment] = []
        self.enclosed: list[Enclosed] = []

    def take(self, part: Part) -> None:
        if part.children:
            for child in part.children:
                self.take(child)
        elif part.content_type.startswith(_REPORTS):
            self.enclosed.append(Enclosed(part.content_type, part.text()[0][:_MAX_ENCLOSED_CHARS]))
            self._attach(part)
        elif _is_body(part):
            text, honest = part.text()
            if not honest:
                self._note("The text is not in the charset it claims.")
            (self.htmls if part.content_type == "text/html" else self.texts).append(text)
        elif part.body.strip() or part.filename:
            self._attach(part)

    def best_text(self) -> tuple[str, bool]:
        """The plain text, or that of the HTML where no plain text says anything; and which of the two it is."""
        plain = "\n".join(text for text in self.texts if text.strip())
        if plain.strip() or not any(html.strip() for html in self.htmls):
            return self._cut(plain), False
        return self._cut("\n\n".join(html_to_text(html) for html in self.htmls)), True

    def _cut(self, text: str) -> str:
        if len(text) > MAX_TEXT_CHARS:
            self._note("The text is longer than two million characters: its end was left out.")
        return text[:MAX_TEXT_CHARS]

    def _attach(self, part: Part) -> None:
        content = part.data()
        content_id = message_id(part.header("content-id"))
        self.attachments.append(
            Attachment(
                filename=safe_filename(part.filename, part.content_type),
                content_type=part.content_type,
                size=len(content),
                content_id=content_id,
                inline=part.disposition == "inline" or (content_id is not None and part.disposition != "attachment"),
                content=content,
            )
        )

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _is_body(part: Part) -> bool:
    if part.content_type not in {"text/plain", "text/html", "text/enriched", "text/x-amp-html"}:
        return part.content_type.startswith("text/") and not part.filename and part.content_type == "text/markdown"
    return part.disposition != "attachment" and not (part.filename and part.disposition != "inline")


def safe_filename(name: str | None, content_type: str) -> str:
    """A file name without folders, control or direction characters, at most 150 long; never empty."""
    clean = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = _UNSAFE_IN_NAME.sub("_", "".join(ch for ch in clean if ch.isprintable())).strip(" .")
    if not clean:
        return _EXTENSIONS.get(content_type, "attachment.bin")
    stem, dot, extension = clean.rpartition(".")
    if len(clean) > 150:
        clean = stem[:130] + dot + extension[:19] if dot and stem else clean[:150]
    return clean


def _values_by_name(headers: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    return values


def _first(values: dict[str, list[str]], name: str) -> str | None:
    return next((value for value in values.get(name, []) if value.strip()), None)


def _check_headers(values: dict[str, list[str]], problems: list[str]) -> None:
    for name, label in (("from", "From"), ("date", "Date"), ("message-id", "Message-ID")):
        if not _first(values, name):
            problems.append(f"The mail has no {label}.")
        elif len(values[name]) > 1 and len(set(values[name])) > 1:
            problems.append(f"The mail has more than one {label}: the first one counts.")


def _delivered_to(values: dict[str, list[str]]) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "original-recipient")
    given = [value.split(";", 1)[-1] if name == "original-recipient" else value
             for name in names for value in values.get(name, [])]  # fmt: skip
    return tuple(dict.fromkeys(found.address for found in addresses(given)))


def _return_path(values: dict[str, list[str]]) -> str | None:
    """The envelope sender: "" for the null sender of automatic mail (RFC 5321 section 4.5.5), None if not recorded."""
    value = next(iter(values.get("return-path", [])), None)
    return None if value is None else normal(value)


def _fingerprint(values: dict[str, list[str]], text: str, html: str, attachments: list[Attachment]) -> str:
    # The decoded body counts, not its bytes: a webhook and IMAP hand over the same mail in different encodings.
    digest = hashlib.sha256()
    for name in ("message-id", "from", "date", "subject"):
        digest.update(header_text(_first(values, name) or "").encode("utf-8", "replace") + b"\0")
    for body in (text, html):
        digest.update(" ".join(body.split()).encode("utf-8", "replace") + b"\0")
    for attachment in attachments:
        digest.update(hashlib.sha256(attachment.content).digest())
    return digest.hexdigest()
