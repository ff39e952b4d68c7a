"""Days as a text in some language (ISO 639-1; none: English) says them."""

from __future__ import annotations

from datetime import date

from django.utils import dateformat, formats, translation

ENGLISH = "en"


def month(day: date, language: str = "") -> str:
    """The month and its year: “May 2026”, “Mai 2026”."""
    with translation.override(language or ENGLISH):
        return dateformat.format(day, "F Y")


def whole(day: date, language: str = "") -> str:
    """The whole date: “4 May 2026”, “4. Mai 2026”."""
    with translation.override(language or ENGLISH):
        pattern = formats.get_format("DATE_FORMAT") if (language or ENGLISH) != ENGLISH else "j F Y"
        return dateformat.format(day, pattern)
