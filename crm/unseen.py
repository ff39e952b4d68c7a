"""Texts of which nobody sees anything: zero-width spaces, direction marks, blank letters. They are empty.

What comes in through a page or the API is looked at once, before any form or serializer is: there, a name that
consists of them is a name that is missing, and is refused in the words that each has for that.

Within a name, an address or a title they come along when it is copied from elsewhere: two that look the same would be
two. Whatever keeps or compares such a line reads it by `one_line`. A text of several lines keeps them: there they mark
which way a quotation runs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from crm.keepable import is_keepable

BLANK = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})  # controls, formats, halves of characters, separators
# Letters, marks and one symbol that are drawn as nothing.
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
SELECTORS = (("\u180b", "\u180f"), ("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))  # of another shape of a letter
GAPS = "\u115f\u1160\u2800\u3164\uffa0"  # blank letters that take room
JOINERS = "\u200c\u200d"
# What shapes the letter or the picture before it, in scripts and emoji that have more than one shape of it.
SHAPING = (("\u200c", "\u200d"), *SELECTORS, ("\U000e0020", "\U000e007f"))
SHAPED_FROM = "\u0600"  # Latin, Greek, Cyrillic, Hebrew lie below


def is_seen(text: str) -> bool:
    """Whether a reader sees anything of it."""
    return any(map(_is_drawn, text))


def _is_drawn(letter: str) -> bool:
    if letter.isascii():
        return letter.isprintable() and letter != " "
    if letter in BLANK_LETTERS or unicodedata.category(letter) in BLANK:
        return False
    return not _lies_in(SELECTORS, letter)


def _lies_in(ranges: Iterable[tuple[str, str]], letter: str) -> bool:
    return any(first <= letter <= last for first, last in ranges)


def one_line(text: str) -> str:
    """A name, an address, a title: words with one space between, without what nobody sees of it.

    What shapes a letter or a picture stays behind it: Persian and Hindi are spelled with joiners, flags and families
    are made of them.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = ""
    for letter in text:
        if letter.isspace() or letter in GAPS:
            kept += " "
        elif _is_drawn(letter) or (kept and kept[-1] >= SHAPED_FROM and _lies_in(SHAPING, letter)):
            kept += letter
    return " ".join(word.rstrip(JOINERS) for word in kept.split())


def drawn(text: str) -> str:
    """An address, which is compared letter by letter: those that are seen, and white space, which none may hold."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter for letter in text if letter.isspace() or _is_drawn(letter))


# What has one of these names is a line, wherever it is sent.
LINES = frozenset({"name", "title", "company", "institution", "degree", "headline", "place", "location", "domain"})
LINES |= {"current_title", "current_company", "email", "phone", "link", "url", "city"}


def cleaned(value: Any, name: str = "") -> Any:
    """What was sent under this name, `emptied`; a text of a line that hides something is read by `one_line`.

    What the database cannot keep stays: it is refused, in the words that each has for that.
    """
    if isinstance(value, str):
        is_line = name.rpartition("-")[2] in LINES and is_keepable(value)
        return one_line(value) if is_line and drawn(value) != value else emptied(value)
    if isinstance(value, list):
        return [cleaned(one, name) for one in value]
    return {key: cleaned(one, str(key)) for key, one in value.items()} if isinstance(value, dict) else value


def emptied(value: Any) -> Any:
    """A text that shows something, or the empty one; what a list or a dictionary holds, likewise.

    White space stays: to some it means something, and all others take it off.
    """
    if isinstance(value, str):
        return value if is_seen(value) or value.isspace() else ""
    if isinstance(value, list):
        return [emptied(one) for one in value]
    return {name: emptied(one) for name, one in value.items()} if isinstance(value, dict) else value
