"""Texts that the database can keep."""

from __future__ import annotations


def is_keepable(text: str) -> bool:
    """Without NUL, which PostgreSQL keeps in no text, and without halves of characters (lone surrogates)."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
