"""Owns addresses, telephone numbers and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w@-])"
)
_PHONE = re.compile(
    r"(?<![\w.,/@#:=-])(?:(?:\+|00)\s?\d{1,3}[\s.-]?)?(?:\(0\)[\s.-]?)?(?:\(\+?\d{1,5}\)[\s./-]?)?\d{1,12}(?:[\s./-]{1,2}\d{1,9}){0,6}"
    r"(?:\s?(?:x|ext\.?)\s?\d{1,5})?(?![\w@])"
)
_YEARS = re.compile(r"^\s*(?:19|20)\d\d\s*[-./–]\s*(?:(?:19|20)\d\d|[01]?\d(?:[-./][0-3]?\d)?)\s*$")
_DAY = re.compile(r"^\s*\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\s*$|^\s*\d{4}-\d{2}-\d{2}\s*$")
_LABELLED = re.compile(
    r"\b(?:phone|tel|telephone|mobile|cell|handy|telefon|téléphone|teléfono|telefono|mobil|portable)\b|電話|☎", re.I
)
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
_TLD = r"""(?:com|org|net|io|dev|me|co|ai|app|info|biz|edu|tech|design|blog|site|online|page|xyz|link|website|name
    |pro|in|de|at|ch|fr|es|it|pt|nl|be|uk|ie|us|ca|au|nz|br|mx|ar|pl|cz|se|no|dk|fi|jp|cn|kr|sg|eu|tv|test|example)"""
_HOST = _DOMAIN + re.sub(r"\s+", "", _TLD)
_URL = re.compile(
    rf"https?://[^\s<>\"'|,;)\]]{{3,300}}"
    rf"|(?<![\w@./-])(?:www\.)?{_HOST}(?![\w@-])(?!\.[a-z])(?:/[^\s<>\"'|,;)\]]{{0,300}})?",
    re.IGNORECASE,
)
_KINDS = {
    "linkedin.com": "linkedin",
    "github.com": "github",
    "github.io": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
    "xing.com": "xing",
    "stackoverflow.com": "stackoverflow",
    "twitter.com": "x",
    "x.com": "x",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "medium.com": "medium",
    "kaggle.com": "kaggle",
    "behance.net": "behance",
    "dribbble.com": "dribbble",
    "youtube.com": "youtube",
    "orcid.org": "orcid",
    "scholar.google.com": "scholar",
    "leetcode.com": "leetcode",
    "huggingface.co": "huggingface",
}
_TECHNIQUES = re.compile(r"^(?:\w+\.js|asp\.net|vb\.net|ml\.net|ado\.net|\w+\.(?:io|py|ai))$", re.I)


@dataclass(frozen=True, slots=True)
class Hit:
    """A value found in line `line`."""

    value: str
    line: int
    begin: int
    stop: int


def emails(text: str, line: int) -> Iterator[Hit]:
    """Addresses as in RFC 5322 section 3.4.1, the dot-atom form alone."""
    for match in EMAIL.finditer(text):
        yield Hit(match.group().rstrip("."), line, match.start(), match.end())


def phones(text: str, line: int) -> Iterator[Hit]:
    """Runs of 7 to 15 digits that are no dates, codes or amounts."""
    masked = EMAIL.sub(lambda m: "x" * len(m.group()), _URL.sub(lambda m: "x" * len(m.group()), text))
    for match in _PHONE.finditer(masked):
        value = match.group().strip()
        digits = re.sub(r"\D", "", re.sub(r"(?:x|ext).*", "", value))
        if not 7 <= len(digits) <= 15 or _YEARS.match(value) or _DAY.match(value):
            continue
        if not value.startswith(("+", "(", "00")) and not _LABELLED.search(text) and len(digits) < 9:
            continue
        if re.search(r"(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d", value):
            continue
        if not re.search(r"[\s().+/-]", value) and len(digits) < 10:
            continue
        yield Hit(value, line, match.start(), match.start() + len(value))


def links(text: str, line: int) -> Iterator[Hit]:
    """Web addresses, with and without scheme; names of techniques such as Node.js are left out."""
    masked = EMAIL.sub(lambda m: " " * len(m.group()), text)
    for match in _URL.finditer(masked):
        value = match.group().rstrip(".,;:!?'\"")
        bare = "/" not in value and not value.lower().startswith("www.")
        if bare and (_TECHNIQUES.match(value) or (value[0].isupper() and text.strip() != value)):
            continue
        yield Hit(value, line, match.start(), match.start() + len(value))


def link_kind(url: str) -> str:
    """The site a link leads to; unknown sites are `website`."""
    try:
        host = (urlsplit(url if "://" in url else f"https://{url}").hostname or "").lower()
    except ValueError:
        return "website"
    return next((kind for site, kind in _KINDS.items() if host == site or host.endswith("." + site)), "website")


_NO_PROFILE = re.compile(r"^/?(?:$|search|topics|explore|about|features|company/|orgs/|jobs/|watch|status)")


def is_personal(url: str, names: list[str]) -> bool:
    """A profile on a known site, or a site that bears one of the person's `names` (in lower case)."""
    if re.match(r"(?!https?:)[a-z]+:", url, re.IGNORECASE):
        return False
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if link_kind(url) == "website":
        return any(name in host for name in names)
    depth = len([piece for piece in parts.path.split("/") if piece])
    limit = 3 if link_kind(url) in ("linkedin", "stackoverflow") else 1
    return host.endswith(".github.io") or (0 < depth <= limit and not _NO_PROFILE.match(parts.path.lstrip("/")))


def link_key(url: str) -> str:
    """What makes two spellings one link."""
    return re.sub(r"^https?://(?:www\.)?|^www\.", "", url.lower()).rstrip("/")
