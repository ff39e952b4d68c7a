"""Finds the person and the message of ours that a mail belongs to: by proof first, by sender last, by subject never."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from inbox.choices import MatchedBy, MessageKind
from inbox.mail.bounces import returned_headers
from inbox.mail.classify import Classification
from inbox.mail.parse import ParsedMail
from inbox.models import InboundMail, Message
from outreach.models import OutboundMessage
from talent import identity
from talent.choices import ContactKind
from talent.identity import NotAContactPoint
from talent.models import ContactPoint

ID_LENGTH = 320
# The address that answers go to (RFC 5233), and the same for returned mail.
TOKEN = re.compile(r"(?:reply|bounces?)\+([0-9a-z]{16,32})(?:[+=][^@]*)?@", re.IGNORECASE)
REPORTS = (MessageKind.BOUNCE, MessageKind.COMPLAINT, MessageKind.DELIVERY_REPORT)


@dataclass(frozen=True)
class Match:
    """Whose mail it is. `parent` is the message that came in before it in the same thread."""

    candidate_id: UUID | None = None
    outbound: OutboundMessage | None = None
    by: str = MatchedBy.NOTHING
    parent: Message | None = None


def bracketed(ids: Iterable[str | None]) -> list[str]:
    """Message ids as the database keeps them: with angle brackets, cut to what an index can hold."""
    return [f"<{one}>"[:ID_LENGTH] for one in ids if one]


def tokens_in(texts: Iterable[str]) -> list[str]:
    """The reply tokens in addresses, in order, each once."""
    found = (match[1].lower() for text in texts for match in TOKEN.finditer(text))
    return list(dict.fromkeys(found))


def match(*, inbound: InboundMail, mail: ParsedMail, verdict: Classification) -> Match:
    """Reply token, then what a report returns of our mail, then the mails it refers to, then the sender's address.

    Reports of mail servers are believed only when they hold something of ours: anybody can write one.
    """
    is_report = verdict.kind in REPORTS
    return (
        _by_token(inbound, mail)
        or (_by_returned(mail, verdict) if is_report else None)
        or _by_reference(mail)
        or (None if is_report else _by_sender(mail))
        or Match()
    )


def _of(outbound: OutboundMessage | None, by: MatchedBy) -> Match | None:
    return Match(outbound.candidate_id, outbound, by) if outbound else None


def _by_token(inbound: InboundMail, mail: ParsedMail) -> Match | None:
    recipients = [a.address for a in (*mail.to, *mail.cc)]
    tokens = tokens_in([*inbound.envelope_to, *mail.delivered_to, *recipients])[:20]
    found = {m.reply_token: m for m in OutboundMessage.objects.filter(reply_token__in=tokens)} if tokens else {}
    return _of(next((found[t] for t in tokens if t in found), None), MatchedBy.TOKEN)


def _by_returned(mail: ParsedMail, verdict: Classification) -> Match | None:
    outbound = _newest(bracketed([verdict.original_message_id]))
    if outbound is None:
        reference = returned_headers(mail).get("x-ref", "").strip()
        outbound = OutboundMessage.objects.by_reply_token(reference).first() if reference else None
    return _of(outbound, MatchedBy.RETURNED)


def _newest(ids: list[str]) -> OutboundMessage | None:
    """The one of our messages among these ids that stands last in the list."""
    if not ids:
        return None
    found = list(OutboundMessage.objects.by_message_ids(ids))
    place = {one: n for n, one in enumerate(ids)}
    return max(
        found, key=lambda m: max(place.get(m.message_id, -1), place.get(m.provider_message_id, -1)), default=None
    )


def _by_reference(mail: ParsedMail) -> Match | None:
    ids = bracketed([*mail.references[-50:], mail.in_reply_to])
    outbound = _newest(ids)
    if outbound is not None:
        return _of(outbound, MatchedBy.REFERENCE)
    parent = Message.objects.by_message_ids(ids).exclude(candidate=None).order_by("-received_at").first()
    # It refers to a mail of theirs that we have: they know its id as well, so this proves no more than the address.
    return _sender_in_thread(mail, parent) if parent else None


def _sender_in_thread(mail: ParsedMail, parent: Message) -> Match | None:
    sender = _by_sender(mail)
    if sender is None or sender.candidate_id != parent.candidate_id:
        return None
    return Match(sender.candidate_id, None, MatchedBy.ADDRESS, parent)


def _by_sender(mail: ParsedMail) -> Match | None:
    if mail.from_ is None:
        return None
    try:
        normal = identity.email(mail.from_.address).normal
    except NotAContactPoint:
        return None
    point = ContactPoint.objects.filter(kind=ContactKind.EMAIL, normal=normal).first()
    return Match(point.candidate_id, None, MatchedBy.ADDRESS) if point else None
