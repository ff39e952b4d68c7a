"""Why a mail came back: the address is dead, it did not fit today, or they do not want mail from us."""

from __future__ import annotations

import re

from outreach.choices import BounceCause

# Enhanced status codes (RFC 3463): class.subject.detail.
CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
DEAD = {("1", "1"), ("1", "2"), ("1", "3"), ("1", "6"), ("1", "10"), ("4", "1")}


def by_code(words: str) -> BounceCause | None:
    """What the first status code in a server's words means; None without one."""
    found = CODE.search(words)
    if found is None or found[1] == "2":
        return None
    if found[2] == "7":
        return BounceCause.POLICY  # security or policy: not the recipient's fault
    if found[1] == "5" and (found[2], found[3]) in DEAD:
        return BounceCause.HARD
    return BounceCause.SOFT


def cause(*, is_hard: bool, words: str) -> BounceCause:
    """The cause of a bounce that somebody called hard or not; the server's own code knows better."""
    return by_code(words) or (BounceCause.HARD if is_hard else BounceCause.SOFT)
