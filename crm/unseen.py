"""Texts of which nobody sees anything: zero-width spaces, direction marks, blank letters. They are empty.

What comes in through a page or the API is looked at once, before any form or serializer is: there, a name that
consists of them is a name that is missing, and is refused in the words that each has for that.
"""

from __future__ import annotations

import unicodedata
from typing import Any

BLANK = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})  # controls, formats, halves of characters, separators
# Letters, marks and one symbol that are drawn as nothing.
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
SELECTORS = (("\u180b", "\u180f"), ("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))  # of another shape of a letter


def is_seen(text: str) -> bool:
    """Whether a reader sees anything of it."""
    return any(map(_is_drawn, text))


def _is_drawn(letter: str) -> bool:
    if letter.isascii():
        return letter.isprintable() and letter != " "
    if letter in BLANK_LETTERS or unicodedata.category(letter) in BLANK:
        return False
    return not any(first <= letter <= last for first, last in SELECTORS)


def emptied(value: Any) -> Any:
    """A text that shows something, or the empty one; what a list or a dictionary holds, likewise.

    White space stays: to some it means something, and all others take it off.
    """
    if isinstance(value, str):
        return value if is_seen(value) or value.isspace() else ""
    if isinstance(value, list):
        return [emptied(one) for one in value]
    return {name: emptied(one) for name, one in value.items()} if isinstance(value, dict) else value
