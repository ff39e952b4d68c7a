"""Addresses, message ids and dates out of header values."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import getaddresses, parsedate_tz

from inbox.mail.charsets import header_text

MAX_ADDRESSES = 2_000
MAX_REFERENCES = 1_000
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,900})\s*>")
_BARE_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,200}@[^\s<>()\[\],;:\"']{1,200}")
_COMMENT = re.compile(r"\([^()]{0,100}\)")


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: the name as shown (may be empty) and the address, domain in small letters."""

    name: str
    address: str


def addresses(values: list[str]) -> tuple[Address, ...]:
    """The mailboxes of address headers (RFC 5322 section 3.4), at most 2,000; what names no mailbox is left out."""
    found: list[Address] = []
    for value in values:
        value = re.sub(r"\s*\r?\n\s*", " ", value)
        pairs = _pairs(value)
        if not any("@" in address for _name, address in pairs):
            # Some senders encode the whole header, address and all.
            pairs = _pairs(header_text(value)) or pairs
        good = [(name, address) for name, address in pairs if "@" in address]
        if not good:
            good = [("", match) for match in _BARE_ADDRESS.findall(header_text(value))[:MAX_ADDRESSES]]
        found += [Address(header_text(name).strip("\"' "), normal(address)) for name, address in good]
        if len(found) >= MAX_ADDRESSES:
            break
    return tuple(dict.fromkeys(found))[:MAX_ADDRESSES]


def _pairs(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except (ValueError, IndexError, TypeError, RecursionError, AttributeError):
        return []


def normal(address: str) -> str:
    """An address without brackets, encoded words or route, its domain in small letters; the local part as it is."""
    address = header_text(address).strip().strip("<>\"'").removeprefix("mailto:")
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.lower().rstrip('.')}" if at else address


def message_ids(value: str | None) -> tuple[str, ...]:
    """The ids of a Message-ID, In-Reply-To or References value (RFC 5322 section 3.6.4), in order, without brackets."""
    if not value:
        return ()
    found = _MESSAGE_ID.findall(value)
    if not found:
        found = [word.strip("<>") for word in value.split() if "@" in word]
    return tuple(dict.fromkeys(found))[:MAX_REFERENCES]


def message_id(value: str | None) -> str | None:
    """The one id of a Message-ID header, also where its brackets are missing."""
    several = message_ids(value)
    if several:
        return several[0]
    bare = (value or "").strip().strip("<>")
    return bare if bare and len(bare) <= 900 and not re.search(r"\s", bare) else None


def moment(value: str | None) -> datetime | None:
    """A Date value (RFC 5322 section 3.3 and the obsolete forms) in UTC, the default zone; None if unreadable."""
    if not value:
        return None
    text = _COMMENT.sub("", header_text(value))[:120].strip()
    try:
        parts = parsedate_tz(text)
        if parts is None or not 1970 <= parts[0] <= 9998:
            return None
        zone = timezone(timedelta(seconds=parts[9] or 0))
        return datetime(*parts[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
