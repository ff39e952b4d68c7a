"""Rules too long for an address: it carries a short key instead, and what is saved carries the rule itself."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote
from uuid import UUID

from django.http import QueryDict

from crm.services.everywhere import in_each
from crm.viewing import viewer
from talent.models import KeptRule

SIGN = "kept:"  # before a key; no JSON begins like that
LONG = 2000  # letters of a rule in an address: it may stand in a link within a link, beside words and columns
MOST_LETTERS = 2_000_000  # also of a query string that is saved: it spells its rule out
KEPT_FOR = timedelta(days=365)
MOST_RULES, MOST_TOGETHER = 500, 20_000_000  # of one member: so many rules, so many letters of them all
GONE = (
    "This rule is gone: one is kept for a year, or until whoever made it has needed "
    f"{MOST_RULES} others since. Make it anew under “Advanced”, or open a saved view."
)


class RuleGone(LookupError):
    """Nothing is kept under this key; the message says so to people."""


class RuleTooLong(ValueError):
    """More than can be kept; the message says how much can."""


def is_long(text: str) -> bool:
    return not text.startswith(SIGN) and len(quote(text)) > LONG


def short(text: str, *, now: datetime) -> str:
    """What an address says for a rule: the rule itself, or the key of a long one, which is kept. Raises RuleTooLong.

    It counts for who looks; where theirs have become too many, those go that they needed longest ago.
    """
    if not is_long(text):
        return text
    if len(text) > MOST_LETTERS:
        raise RuleTooLong(f"This rule has {len(text):,} letters; {MOST_LETTERS:,} are the most.")
    digest = urlsafe_b64encode(sha256(text.encode()).digest()[:16]).decode().rstrip("=")
    keeper = viewer().member_id
    KeptRule.objects.bulk_create(
        [KeptRule(digest=digest, text=text, letters=len(text), member_id=keeper, used_at=now)],
        update_conflicts=True,
        unique_fields=["tenant", "digest"],
        update_fields=["used_at", "member"],
    )
    _make_room(keeper)
    return SIGN + digest


def _make_room(keeper: UUID | None) -> None:
    """Let go of what is more than one member may keep; without one, than all keys of the API together."""
    theirs = KeptRule.objects.filter(member_id=keeper).order_by("-used_at", "-pk").values_list("pk", "letters")
    gone, letters = [], 0
    for number, (pk, length) in enumerate(theirs):
        letters += length
        if number >= MOST_RULES or letters > MOST_TOGETHER:
            gone.append(pk)
    KeptRule.objects.filter(pk__in=gone).delete()


def whole(text: str) -> str:
    """The rule that an address means. Raises RuleGone."""
    if not text.startswith(SIGN):
        return text
    digest = text.removeprefix(SIGN)
    found = (
        KeptRule.objects.filter(digest=digest).values_list("text", flat=True).first()
        if digest.isascii() and digest.isprintable()
        else None
    )
    if found is None:
        raise RuleGone(GONE)
    return str(found)


def shortened(query: QueryDict, *, now: datetime) -> QueryDict:
    """A query string of the list as addresses carry it."""
    said, rule = query.copy(), query.get("filter", "")
    if is_long(rule):
        said["filter"] = short(rule, now=now)
    return said


def spelled_out(query: str) -> str:
    """A query string as it is saved, with its rule; a key that is gone stays, and then means nobody."""
    query = query.replace("\0", "")
    said = QueryDict(query, mutable=True)
    rule = said.get("filter", "")
    if not rule.startswith(SIGN):
        return query
    try:
        said["filter"] = whole(rule)
    except RuleGone:
        return query
    return said.urlencode()


def forget_old(*, now: datetime) -> int:
    """Those that nobody asked for in a year go, everywhere; returns how many."""
    return in_each(lambda: KeptRule.objects.filter(used_at__lte=now - KEPT_FOR).delete()[0])
