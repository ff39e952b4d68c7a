"""Owns the document as the parsers see it: lines, parts, and sources for what is found in them."""

import re
from dataclasses import dataclass

from sourcing.resumes.extract.lines import Line
from sourcing.resumes.fields import Found, Source
from sourcing.resumes.headings import Part, Section


@dataclass(frozen=True, slots=True)
class Page:
    """All lines of a document and its division into parts."""

    lines: list[Line]
    parts: list[Part]

    def of(self, section: Section) -> list[Part]:
        return [part for part in self.parts if part.section == section]

    def source(self, first: int, last: int | None = None) -> Source:
        """The lines `first` to `last` (inclusive) as they stand in the text."""
        stop = (first if last is None else last) + 1
        return Source(first, "\n".join(line.text for line in self.lines[first:stop]))

    def joined(self, index: int) -> str:
        """The line, and the next one when it ends in the middle of an enumeration."""
        text = self.lines[index].text
        if text.endswith(",") and index + 1 < len(self.lines) and len(self.lines[index + 1].text) < 60:
            return f"{text} {self.lines[index + 1].text}"
        return text

    def found(self, value: str, line: int, confidence: float, last: int | None = None) -> Found:
        value, last = tidy(value), line if last is None else last
        while _folded(value) not in _folded(self.source(line, last).snippet) and last < min(
            line + 2, len(self.lines) - 1
        ):
            last += 1  # a value broken into the next line
        return Found(value, self.source(line, last), round(min(1.0, max(0.0, confidence)), 2))


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def tidy(value: str) -> str:
    """White space collapsed, stray punctuation at the ends removed, brackets kept in pairs."""
    value = re.sub(r"\s+", " ", value).strip(" \t,;:|•·–—-*_/")
    if value.count("(") != value.count(")"):
        value = value.strip("()") if value.count("(") + value.count(")") == 1 else value
    return value.strip(" ,;:|•·")
