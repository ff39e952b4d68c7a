"""Snippets in texts: `[[name]]` stands for the words of a snippet, which may name others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from outreach.models import Snippet

REFERENCE = re.compile(r"\[\[\s*([a-z0-9][a-z0-9-]{0,39})\s*\]\]")
DEEPEST = 5  # snippets in snippets


@dataclass
class Expanded:
    """A text with its snippets in place; for each of its lines the author's line, from 1; what is wrong, by line."""

    text: str = ""
    lines: list[int] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def line_of(self, line: int) -> int:
        return self.lines[min(line, len(self.lines)) - 1] if self.lines else line


def names_in(source: str) -> set[str]:
    """The snippets that a text names itself."""
    return set(REFERENCE.findall(source))


def _filled(source: str, known: Mapping[str, str], wrong: list[str], depth: int = 0) -> str:
    def words(found: re.Match[str]) -> str:
        name = found[1]
        if name not in known:
            wrong.append(f"There is no snippet called “{name}”.")
            return ""
        if depth >= DEEPEST:
            wrong.append(f"Snippets stand in each other at most {DEEPEST} deep.")
            return ""
        return _filled(known[name], known, wrong, depth + 1)

    return REFERENCE.sub(words, source)


def expand(source: str, known: Mapping[str, str] | None = None) -> Expanded:
    """Put the snippets in place: one query for a text that names any, none for others."""
    if not REFERENCE.search(source):
        return Expanded(source)
    known = dict(Snippet.objects.values_list("name", "body")) if known is None else known
    result, parts = Expanded(), []
    for number, line in enumerate(source.split("\n"), 1):
        wrong: list[str] = []
        text = _filled(line, known, wrong)
        result.problems += [(number, sentence) for sentence in dict.fromkeys(wrong)]
        result.lines += [number] * (text.count("\n") + 1)
        parts.append(text)
    result.text = "\n".join(parts)
    return result
