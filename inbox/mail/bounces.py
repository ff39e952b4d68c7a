"""Who did not get our mail, and why: delivery reports (RFC 3464) and the free texts of servers that send none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inbox.mail.addresses import addresses, message_id, normal
from inbox.mail.bounce_words import HARD, Reason, reason_for
from inbox.mail.charsets import header_text
from inbox.mail.mime import split_headers
from inbox.mail.parse import ParsedMail

MAX_RECIPIENTS = 100
_MAX_NOTICE = 40_000

_RETURNED_MARK = re.compile(
    r"^[\s>*_=-]*(?:(?:(?:a|the) )?(?:copy|headers?) of (?:the|your) (?:original |returned )?(?:message|e?-?mail)|"
    r"original (?:message|mail)(?: \(?(?:headers?|text|body|follows|as follows)\b.*)?[\s:.=*-]*$|"
    r"this is a copy of (?:the|your) message|(?:un(?:sent|delivered)|returned|rejected|bounced|failed) (?:message|mail)"
    r"(?: (?:follows|headers?|below).*)?[\s:.*=-]*$|message (?:headers?|text|contents?) (?:follow|of)|"
    r"(?:the )?(?:header|original "
    r"message|headers|message header)[^\n]{0,40}follow|(?:below|after) (?:this|the next) line|"
    r"(?:your )?(?:original )?message "
    r"(?:is )?(?:attached|below|included)[\s:.-]*$|message that (?:could|was)[^\n]{0,40}:$|received: (?:from|by) |"
    r"return-path: )",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_START = re.compile(
    r"^[ \t]{0,8}(?:Received|Return-Path|Message-ID|DKIM-Signature|From|Date|Subject|To|X-[\w-]+): ?\S",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?!\.?\d)")
_REPLY = re.compile(
    r"(?<![\d.:/@_-])([45][0-7]\d)"
    r"(?=[ \t-]+(?:#?\(?#?[45]\.\d|[A-Za-z<'\"*\[(:]|\d)|[ ]?$|[:;,]\s)",
    re.MULTILINE,
)
_FIRST_REPLY = re.compile(r"(?<![\d.:/@_-])([45][0-7]\d)[ -]{1,2}['\"]?#?\(?#?([45]\.\d{1,2}\.\d{1,3})(?!\.?\d)")
_MAILBOX = r"[\w.!#$%&'*+/=?^`{|}~-]{1,80}@[\w.-]{1,120}\w"
_ANY_MAILBOX = re.compile(_MAILBOX)
_NAMED = (
    re.compile(rf"RCPT TO:\s*<?({_MAILBOX})", re.IGNORECASE),
    re.compile(rf"^[\s>*•-]*<?({_MAILBOX})>?(?:\s*<{_MAILBOX}>)?\s*(?::|$|\(|\.\.\.)", re.MULTILINE),
    re.compile(
        rf"(?:deliver\w*|mail|message|sent|send|e-?mail)\b[^\n@]{{0,60}}\bto:?\s*['\"<]?({_MAILBOX})",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:user|mailbox|account|recipients?|address(?:es)?|userid|failed|rejected)\b"
        rf"[^\n@]{{0,40}}?[\s:<('\"]({_MAILBOX})",
        re.IGNORECASE,
    ),
    re.compile(rf"^[\s>*•-]*<?({_MAILBOX})>?\s", re.MULTILINE),
)
# A gateway's own summary before the answer it quotes.
_SUMMARY_BEFORE_ANSWER = re.compile(r"^[45]\.\d\.\d - [A-Z][\w ]{1,40} (?=\d{3}-')")
_FIELD_KEYS = ("final-recipient", "original-recipient", "action", "status", "diagnostic-code", "x-actual-recipient")


@dataclass(frozen=True, slots=True)
class BounceRecipient:
    """One address that was not reached. `address` None: the notice names none. Codes are None where it states none.

    `hard`: the address itself is dead. `original_address` is the one we wrote to, where a forwarder changed it.
    """

    address: str | None
    original_address: str | None
    status: str | None
    reply_code: str | None
    diagnostic: str
    action: str | None
    hard: bool
    reason: Reason


def status_fields(mail: ParsedMail) -> list[dict[str, str]]:
    """The per-recipient blocks of a delivery report (RFC 3464 section 2.3), names in small letters, at most 100."""
    reports = [part.text for part in mail.enclosed if part.content_type.endswith("delivery-status")]
    if not reports and re.search(r"^(?:Final|Original)-Recipient:", mail.text, re.IGNORECASE | re.MULTILINE):
        reports = [mail.text]
    blocks = [_fields(block) for report in reports for block in re.split(r"\n[ \t]*\n", report)]
    return [block for block in blocks if any(key in block for key in _FIELD_KEYS)][:MAX_RECIPIENTS]


def _fields(block: str) -> dict[str, str]:
    headers, _rest = split_headers(block.strip("\n").encode("utf-8", "surrogateescape"))
    return {name.lower(): " ".join(value.split()) for name, value in reversed(headers)}


def returned_headers(mail: ParsedMail) -> dict[str, str]:
    """Headers of our own mail as the notice gives it back, names in small letters, raw values; empty if it does not."""
    texts = [part.text for part in mail.enclosed if part.content_type in {"message/rfc822", "text/rfc822-headers"}]
    texts += [part.text for part in mail.enclosed if part.content_type == "message/global"]
    texts += [attachment.content[:65_536].decode("latin-1") for attachment in mail.attachments
              if attachment.content_type.startswith("text/")]  # fmt: skip
    texts.append(_split_notice(mail.text)[1])
    for text in texts:
        found = _header_block(text)
        if found.keys() & {"message-id", "to", "subject"}:
            return found
    return {}


def _header_block(text: str) -> dict[str, str]:
    start = _HEADER_START.search(text)
    if not start:
        return {}
    block = text[start.start() : start.start() + 65_536]
    indent = len(block) - len(block.lstrip(" \t"))
    if indent:
        block = "\n".join(line[indent:] for line in block.split("\n"))
    headers, _rest = split_headers(block.encode("utf-8", "surrogateescape"))
    return {name.lower(): value for name, value in reversed(headers)}


def _split_notice(text: str) -> tuple[str, str]:
    """What the server says, and what it returns of our mail."""
    text = text[: _MAX_NOTICE * 2]
    mark = _RETURNED_MARK.search(text)
    cut = mark.start() if mark else len(text)
    return text[:cut], text[cut:]


def original_message_id(mail: ParsedMail) -> str | None:
    """Message-ID of the mail that came back, without brackets; None if the notice does not give it."""
    found = message_id(returned_headers(mail).get("message-id"))
    return found or (mail.in_reply_to or next(iter(reversed(mail.references)), None))


def recipients(mail: ParsedMail) -> tuple[BounceRecipient, ...]:
    """The recipients a notice complains about, from its delivery report or, without one, from its text; at most 100."""
    notice = _split_notice(mail.text)[0][:_MAX_NOTICE]
    fields = status_fields(mail)
    if fields:
        found = [_from_fields(block, notice, len(fields) == 1) for block in fields]
        named = [one for one in found if one.address or one.original_address]
        return tuple(dict.fromkeys(named or found))
    return tuple(_from_text(address, notice, mail) for address in _named_addresses(mail, notice) or [None])


def _recipient_field(value: str | None) -> str | None:
    """Address of a Final-Recipient value: `rfc822; someone@example.com`."""
    if not value:
        return None
    found = _ANY_MAILBOX.search(value.split(";", 1)[-1])
    return normal(found[0]) if found else None


def _from_fields(block: dict[str, str], notice: str, alone: bool) -> BounceRecipient:
    final, original = (_recipient_field(block.get(key)) for key in ("final-recipient", "original-recipient"))
    final = final or _recipient_field(block.get("x-actual-recipient"))
    said = _said(_passage(final, notice, alone)) if _says_little(block.get("diagnostic-code", "")) else ""
    return from_report(
        address=final or original,
        original=original,
        diagnostic="\n".join(filter(None, [block.get("diagnostic-code", ""), said])),
        status=block.get("status", ""),
        action=block.get("action", ""),
    )


def from_report(
    *, address: str | None, diagnostic: str, status: str, action: str, original: str | None = None
) -> BounceRecipient:
    """A recipient from the fields of a report: the server's own answer goes before the code of the one that reports."""
    told = header_text(re.sub(r"^[\w-]+\s*;\s*", "", diagnostic)) if "\n" not in diagnostic else diagnostic
    stated = _STATUS.search(status)
    code = _inner_status(told) or (stated[1] if stated else None)
    if stated and code and (code.endswith(".0.0") or not (stated[1].endswith(".0.0") or _FIRST_REPLY.search(told))):
        code = stated[1]
    words = _SUMMARY_BEFORE_ANSWER.sub("", told)
    return _recipient(address, original, code, _reply_code(told), words, action.split(" ")[0].lower() or None)


def _inner_status(words: str) -> str | None:
    """The enhanced code of the server that refused: gateways quote its answer after their own."""
    pairs = [found[2] for found in _FIRST_REPLY.finditer(words)]
    if pairs:
        return pairs[-1]
    found = _STATUS.search(words)
    return found[1] if found else None


def _said(passage: str) -> str:
    """The answer of a server from its reply code to the end of the paragraph; the whole passage if it has none."""
    found = _FIRST_REPLY.search(passage) or _REPLY.search(passage)
    if not found:
        return passage
    answer = re.split(r"\n[ \t]*\n", passage[found.start() :], maxsplit=1)[0]
    return answer if not _says_little(answer) else passage


def _says_little(diagnostic: str) -> bool:
    return len(re.sub(r"[\d.;:<>()\[\]#-]|smtp|\S+@\S+", "", diagnostic, flags=re.IGNORECASE).split()) < 2


def _reply_code(text: str) -> str | None:
    pairs = _FIRST_REPLY.findall(text)
    found = _REPLY.search(text)
    return pairs[-1][0] if pairs else found[1] if found else None


def _from_text(address: str | None, notice: str, mail: ParsedMail) -> BounceRecipient:
    words = _said(_passage(address, notice, False))
    if not words.strip():
        words = mail.subject
    return _recipient(address, None, _inner_status(words), _reply_code(words), words, None)


def _passage(address: str | None, notice: str, alone: bool) -> str:
    """What a notice about several addresses says of one of them."""
    if address is None or alone:
        return notice
    places = [(found.start(), normal(found[0])) for found in _ANY_MAILBOX.finditer(notice)]
    starts = [place for place, name in places if name == address]
    for start in starts:
        end = next((place for place, name in places if place > start and name != address), len(notice))
        own = notice[start:end]
        answered = own[len(address) :].lstrip(">").startswith(":") and not _says_little(own)
        if answered or _reply_code(own) or _STATUS.search(own):
            return own
    return notice


def _named_addresses(mail: ParsedMail, notice: str) -> Sequence[str | None]:
    failed = mail.header("x-failed-recipients")
    if failed:
        return [one.address for one in addresses([failed])][:MAX_RECIPIENTS]
    to = addresses([returned_headers(mail).get("to", "")])
    sent_to = {one.address for one in to}
    ours = {one.address for one in (*mail.to, *((mail.from_,) if mail.from_ else ()))} - sent_to
    for pattern in _NAMED:
        found = dict.fromkeys(normal(match) for match in pattern.findall(notice))
        named = [address for address in found if address not in ours and not _is_machine(address)]
        if named:
            return list(named[:MAX_RECIPIENTS])
    return [one.address for one in to][:1] if len(to) == 1 else []


def _is_machine(address: str) -> bool:
    return address.lower().startswith(("mailer-daemon@", "postmaster@", "abuse@", "support@", "helpdesk@"))


def _recipient(
    address: str | None, original: str | None, status: str | None, reply: str | None, words: str, action: str | None
) -> BounceRecipient:
    reason = reason_for(words, status, reply)
    if action == "delayed" and reason not in {"mailbox_full", "expired"}:
        reason = "expired"
    # A server that may change its mind has said nothing final about the address.
    transient = action == "delayed" or (status or reply or "").startswith("4")
    return BounceRecipient(
        address=address,
        original_address=original if original != address else None,
        status=status,
        reply_code=reply,
        diagnostic=" ".join(words.split())[:1_000],
        action=action,
        hard=reason in HARD and not transient,
        reason=reason,
    )
