"""Normal forms: when two addresses, numbers, links or skills are the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crm.unseen import drawn, one_line
from talent.choices import ContactKind

GOOGLE_MAIL = {"gmail.com", "googlemail.com"}


class NotAContactPoint(ValueError):
    """The text is no address, number or link of that kind; the message says what was expected."""


@dataclass(frozen=True)
class Identified:
    """A contact point as people write it and as equality judges it."""

    kind: str
    value: str
    normal: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.normal


def email(text: str) -> Identified:
    """Lower case throughout; at Google Mail the dots and everything from a plus sign do not count (its own rule).

    Raises NotAContactPoint for what is not one address.
    """
    value = drawn(unicodedata.normalize("NFKC", text).strip()).strip("<>").removeprefix("mailto:").strip()
    try:
        validate_email(value)
    except ValidationError as error:
        raise NotAContactPoint(f"“{text.strip()[:80]}” is not an e-mail address.") from error
    local, _, domain = value.lower().rpartition("@")
    if domain in GOOGLE_MAIL:
        local, domain = local.split("+", 1)[0].replace(".", ""), "gmail.com"
    return Identified(ContactKind.EMAIL, value, f"{local}@{domain}")


def phone(text: str, region: str | None = None) -> Identified:
    """E.164 (ITU-T) where the country is known or written; else the digits alone. `region` is ISO 3166-1 alpha-2."""
    try:
        number = phonenumbers.parse(text, region or None)
        if phonenumbers.is_possible_number(number):
            return Identified(
                ContactKind.PHONE,
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
            )
    except phonenumbers.NumberParseException:
        pass
    digits = re.sub(r"\D", "", text)
    if not 6 <= len(digits) <= 15:
        raise NotAContactPoint(f"“{text.strip()[:80]}” is not a telephone number.")
    return Identified(ContactKind.PHONE, one_line(text), digits)


_LINKEDIN = re.compile(r"^/(?:in|pub)/([^/?#]+)", re.I)
_GITHUB = re.compile(r"^/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/?$")


def link(text: str) -> Identified:
    """A profile or web address: no scheme, no `www.`, no query, no slash at the end. Raises NotAContactPoint."""
    value = drawn(text.strip())
    try:
        parts = urlsplit(value if "://" in value else f"https://{value}")
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError as error:  # brackets, which a host has around numbers alone
        raise NotAContactPoint(f"“{value[:80]}” is not a web address.") from error
    if parts.scheme not in ("http", "https") or "." not in host or " " in value:
        raise NotAContactPoint(f"“{value[:80]}” is not a web address.")
    on_linkedin = host == "linkedin.com" or host.endswith(".linkedin.com")
    if on_linkedin and (found := _LINKEDIN.match(parts.path)):
        handle = drawn(unquote(found[1])).lower()
        return Identified(ContactKind.LINKEDIN, f"https://www.linkedin.com/in/{handle}", f"in/{handle}")
    if host == "github.com" and (found := _GITHUB.match(parts.path)):
        return Identified(ContactKind.GITHUB, f"https://github.com/{found[1]}", found[1].lower())
    url = value if "://" in value else f"https://{value}"
    return Identified(ContactKind.WEBSITE, url[:320], (host + parts.path.rstrip("/").lower())[:320])


def contact_point(kind: str, text: str, region: str | None = None) -> Identified:
    """The right reader for a kind of contact point."""
    if kind == ContactKind.EMAIL:
        return email(text)
    return phone(text, region) if kind == ContactKind.PHONE else link(text)


def skill_key(name: str) -> str:
    """The form in which skills are equal: case, width and runs of white space do not count; `C++`, `C#`, `C` differ."""
    return one_line(unicodedata.normalize("NFKC", name).casefold())[:80]
