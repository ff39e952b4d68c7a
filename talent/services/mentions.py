"""Whom a text mentions: "@" and a colleague's name, or their first name where only one has it.

Of two with the same name each is written with the address: "@Ada Moreno (ada.m@example.com)".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.models import Member


@dataclass(frozen=True)
class Mentionable:
    """A colleague as a list offers them: `handle` is written after the @, and names nobody else; so do `handles`."""

    pk: UUID
    name: str
    email: str
    handle: str
    handles: tuple[str, ...]

    def __str__(self) -> str:
        return self.handle


def handles(members: Sequence[Member]) -> dict[str, Member]:
    """{what is written after the @, in small letters: the colleague}; what two of them share names neither."""
    said: list[tuple[str, Member]] = []
    for member in members:
        name = _plain(str(member))
        said += [(one, member) for one in dict.fromkeys((name, name.split(" ")[0], _plain(_in_full(member)))) if one]
    times = Counter(handle for handle, _ in said)
    return {handle: member for handle, member in said if times[handle] == 1}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _in_full(member: Member) -> str:
    return f"{member} ({member.user.email})"


def offered(members: Sequence[Member]) -> list[Mentionable]:
    """The same colleagues, each with what names them and nobody else."""
    of: dict[UUID, list[str]] = {}
    for handle, member in handles(members).items():
        of.setdefault(member.pk, []).append(handle)
    return [_mentionable(one, tuple(of[one.pk])) for one in members]


def _mentionable(member: Member, named_by: tuple[str, ...]) -> Mentionable:
    name = str(member)
    handle = name if _plain(name) in named_by else _in_full(member)
    return Mentionable(member.pk, name, member.user.email, handle, named_by)


def found(text: str, members: Sequence[Member]) -> list[Member]:
    """The colleagues whom a text mentions, each once, in the order of the text; the longest name wins."""
    known = handles(members)
    if not known:
        return []
    names = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w@.])@({names})(?!\w)", re.IGNORECASE)
    told = (known[_plain(match[1])] for match in pattern.finditer(text))
    return list(dict.fromkeys(told))
