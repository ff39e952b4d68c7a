"""Amazon SES's notices of bounces, complaints and deliveries, where SNS sends them as mails with JSON inside."""

import json
from typing import Any, Literal

from inbox.mail.addresses import message_id, normal
from inbox.mail.bounces import MAX_RECIPIENTS, BounceRecipient, from_report
from inbox.mail.parse import ParsedMail

NoticeKind = Literal["bounce", "complaint", "delivery"]
_KINDS: dict[str, NoticeKind] = {"Bounce": "bounce", "Complaint": "complaint", "Delivery": "delivery"}
_PEOPLE = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients", "delivery": "recipients"}


def read(mail: ParsedMail) -> tuple[NoticeKind, dict[str, Any]] | None:
    """The kind and content of a notice; None if the mail is none or not from Amazon."""
    if not mail.from_ or not mail.from_.address.endswith("@sns.amazonaws.com"):
        return None
    text = mail.text[:100_000].replace("!\n ", "")  # how Sendmail breaks a line that is too long
    start = text.find("{")
    try:
        content, _end = json.JSONDecoder().raw_decode(text, start) if start >= 0 else (None, 0)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    kind = _KINDS.get(str(content.get("notificationType") or content.get("eventType")))
    return (kind, content) if kind and isinstance(content.get(kind), dict) else None


def people(kind: NoticeKind, content: dict[str, Any]) -> tuple[BounceRecipient, ...]:
    """The recipients a notice names, at most 100."""
    listed = content[kind].get(_PEOPLE[kind])
    rows = [row if isinstance(row, dict) else {"emailAddress": str(row)} for row in listed or [] if row]
    response = str(content[kind].get("smtpResponse", ""))
    return tuple(
        from_report(
            address=normal(str(row.get("emailAddress", ""))),
            diagnostic=str(row.get("diagnosticCode") or response),
            status=str(row.get("status", "")),
            action=str(row.get("action") or ("delivered" if kind == "delivery" else "failed")),
        )
        for row in rows[:MAX_RECIPIENTS]
    )


def original_message_id(content: dict[str, Any]) -> str | None:
    """Message-ID of the mail a notice is about, or else the id Amazon gave it."""
    about = content.get("mail")
    about = about if isinstance(about, dict) else {}
    common = about.get("commonHeaders")
    own = common.get("messageId") if isinstance(common, dict) else None
    return message_id(str(own or about.get("messageId") or ""))
