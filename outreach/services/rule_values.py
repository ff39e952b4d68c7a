"""Of what kind the values are that an automation rule names: a machine may hand in anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from crm.keepable import is_keepable
from outreach.choices import ReplyClass
from outreach.services.actions import SentBy
from talent.choices_jobs import Outcome

KEYS = frozenset({"segment", "pool", "sequence", "recruiting_event", "content", "member"})
MOST = {"days": 3650, "months": 120}
LONGEST = {"tag": 60}
CHOICES: dict[str, Collection[str]] = {
    "outcome": Outcome.values,
    "reply_class": ReplyClass.values,
    "content_kind": ("post", "asset", "news", "event"),
    "side": ("before", "after"),
    "sent_by": SentBy.values,
}
LONG = 500


def is_key(value: object) -> bool:
    """Whether this can be the key of a row."""
    try:
        return isinstance(value, UUID) or bool(isinstance(value, str) and UUID(value))
    except ValueError:
        return False


def wrong(values: Mapping[str, Any]) -> str:
    """What is wrong with the kind of a value, in a sentence; empty when nothing. What is left empty says nothing."""
    said = (_wrong(name, value) for name, value in values.items() if value is not None and value != "")
    return next((one for one in said if one), "")


def strange(values: Mapping[str, Any], known: Collection[str], *, of: str) -> str:
    """Which name stands there that nothing reads, in a sentence with those that are read; empty when none."""
    found = next((name for name in values if name not in known), None)
    if found is None:
        return ""
    read = f"It takes {', '.join(sorted(known))}." if known else "It takes nothing."
    return f"“{of}” does not take “{str(found)[:60]}”. {read}"


def _wrong(name: str, value: object) -> str:
    if not _is_text(name, LONG):
        return "A name holds characters that cannot be kept."
    if name in KEYS:
        return "" if is_key(value) else f"“{name}” is the key of a row."
    if name in MOST:
        return "" if _is_number(value, MOST[name]) else f"“{name}” is a whole number up to {MOST[name]}."
    if name in CHOICES:
        offered = ", ".join(filter(None, CHOICES[name]))
        return "" if value in CHOICES[name] else f"“{name}” is one of: {offered}."
    most = LONGEST.get(name, LONG)
    return "" if _is_text(value, most) else f"“{name}” is a text of {most} letters at most."


def _is_number(value: object, most: int) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdecimal() and len(value) <= len(str(most)) and int(value) <= most
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and is_keepable(value)
