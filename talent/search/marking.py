"""Marks the words that were looked for in a text, whatever their case and accents, and cuts the text around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from talent.search.grammar import Node, words

SHOWN = 260  # letters of a snippet, about
_WORD = re.compile(r"\w+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})


def folded(text: str) -> str:
    """Without case and accents, as the database's words are."""
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(c for c in parts if not unicodedata.combining(c))


def wanted(node: Node | None) -> tuple[frozenset[str], tuple[str, ...]]:
    """The single words to mark, and the beginnings of words to mark."""
    whole, begun = set(), []
    for word in words(node):
        parts = _WORD.findall(folded(word.text))
        if word.begins and parts:
            begun.append(parts.pop())
        whole.update(parts)
    return frozenset(whole), tuple(begun)


def _hits(text: str, node: Node | None) -> Iterator[tuple[int, int]]:
    whole, begun = wanted(node)
    for found in _WORD.finditer(text):
        plain = folded(found[0])
        if plain in whole or (begun and plain.startswith(begun)):
            yield found.span()


def _window(text: str, hits: list[tuple[int, int]]) -> tuple[int, int]:
    """The part of a long text that is shown: it begins a little before the first hit, between two words."""
    if len(text) <= SHOWN:
        return 0, len(text)
    start = max(0, hits[0][0] - SHOWN // 4) if hits else 0
    start = text.find(" ", start) + 1 if start else 0
    end = text.rfind(" ", start, start + SHOWN)
    return start, len(text) if len(text) - start <= SHOWN else end if end > start else start + SHOWN


def marked(text: str, node: Node | None = None) -> SafeString:
    """The text, or the part of it around the first hit, escaped, with <mark> around each hit."""
    hits = list(_hits(text, node))
    start, end = _window(text, hits)
    pieces, place = [], start
    for first, last in hits:
        if start <= first and last <= end:
            pieces += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
            place = last
    pieces.append(escape(text[place:end]))
    around = ("… " if start else "", " …" if end < len(text) else "")
    return mark_safe(around[0] + "".join(pieces) + around[1])  # noqa: S308  # every piece of the text is escaped
