"""Whom a text mentions: "@" and a colleague's name, or their first name where only one has it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crm.models import Member


def handles(members: Sequence[Member]) -> dict[str, Member]:
    """{what is written after the @, in small letters: the colleague}; what two of them share names neither."""
    said: list[tuple[str, Member]] = []
    for member in members:
        name = " ".join(str(member).lower().split())
        said += [(one, member) for one in dict.fromkeys((name, name.split(" ")[0])) if one]
    times = Counter(handle for handle, _ in said)
    return {handle: member for handle, member in said if times[handle] == 1}


def found(text: str, members: Sequence[Member]) -> list[Member]:
    """The colleagues whom a text mentions, each once, in the order of the text; the longest name wins."""
    known = handles(members)
    if not known:
        return []
    names = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w@.])@({names})(?!\w)", re.IGNORECASE)
    told = (known[" ".join(match[1].lower().split())] for match in pattern.finditer(text))
    return list(dict.fromkeys(told))
