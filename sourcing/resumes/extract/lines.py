"""Owns the common form of an extracted document: lines in reading order with what is known of their looks."""

import re
from dataclasses import dataclass, field

CELL = "   "  # what stands between two cells of one line, in every format
BULLET = re.compile(r"^\s*(?:[•‣◦▪▫■□●○◆◇►▸▶➢➤→✓✔∙·⁃*–—‐-]|\d{1,2}[.)])\s+")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]+")  # icon fonts
_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_LOST_LIGATURE = re.compile(r"(?<=[^\W\d_])\x00(?=(?P<next>[^\W\d_]?))|\x00(?=(?P<small>[a-z]))")
MAX_LINES = 4_000
MAX_LINE = 4_000


@dataclass(slots=True)
class Line:
    """One line. `size` is in points (0: unknown); `gap` tells that free space or another block precedes."""

    text: str
    size: float = 0.0
    bold: bool = False
    indent: float = 0.0
    page: int = 0
    gap: bool = False
    marked: bool = False  # the format itself calls it a heading

    @property
    def is_bullet(self) -> bool:
        return BULLET.match(self.text) is not None

    @property
    def cells(self) -> list[str]:
        return [cell for cell in re.split(r"\s{3,}|\t", self.text.strip()) if cell]


@dataclass(slots=True)
class Document:
    """Lines in reading order, addresses of hyperlinks (printed or not), and sentences for the recruiter."""

    lines: list[Line] = field(default_factory=list)
    hyperlinks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Cleans the line and keeps it, unless it is empty or the document is full."""
        line.text = clean(line.text)
        if len(self.lines) >= MAX_LINES:
            self.warn(f"The file is very long: only its first {MAX_LINES:,} lines were read.")
        elif line.text:
            self.lines.append(line)

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def _likely_ligature(match: re.Match[str]) -> str:
    """Some PDF files map their ligature to nothing: "fl" before most vowels ("flow"), else the commoner "fi"."""
    return "fl" if (match["next"] or match["small"] or "") in tuple("aouy") else "fi"


def clean(text: str) -> str:
    """One line without invisible characters; runs of three and more spaces and tabs become `CELL`, two become one."""
    text = _PRIVATE.sub(CELL, _SPACES.sub(" ", _LOST_LIGATURE.sub(_likely_ligature, text))).translate(_LIGATURES)
    text = _INVISIBLE.sub("", text.replace("\n", " ").replace("\r", " "))
    text = re.sub(r"\t| {3,}", "\t", text)
    text = re.sub(r" *\t[ \t]*", CELL, re.sub(r" {2}", " ", text))
    return text.strip()[:MAX_LINE]
