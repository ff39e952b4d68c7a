"""Owns taking header lines of résumé entries apart into pieces."""

import re
from dataclasses import dataclass

from sourcing.resumes.parse import dates, place, skills, words
from sourcing.resumes.parse.page import Page, tidy

_STRONG = re.compile(r"\s{3,}|\s*[|•·⋅⬥◆]\s*|\s+[–—-]{1,2}\s+|\s+@\s+|\s*\t\s*")
_DURATION = re.compile(
    r"[(·,|]?\s*\b\d{1,2}\s*\+?\s*(?:years?|yrs?|months?|mos?|jahre?|monate?|ans?|mois|años?|meses|anni|mesi)\b\.?"
    r"(?:[ ,]+\d{1,2}\s*(?:months?|mos?|monate?|mois|meses|mesi)\b\.?)?\s*\)?",
    re.I,
)
_NOISE = re.compile(
    r"^(?:\(?(?:full|part)[- ]time\)?|contract|freelance|internship|permanent|remote|hybrid|on-?site|gpa\b.*"
    r"|expected|graduated"
    r"|https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)+/?\S*\.?(?:com|io|org|net)/?\S*|\d{1,4}|n/?a|vollzeit|teilzeit)$",
    re.I,
)


_LABELS = re.compile(
    r"^\W*(?:dates?|period|duration|zeitraum|periodo?|période|company|employer|organi[sz]ation|client|position"
    r"|job title|title|role|designation|arbeitgeber|firma|tätigkeit|entreprise|poste|empresa|puesto|cargo|azienda"
    r"|datore di lavoro|institution|university|school|degree|qualification)\s*:\s*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a header line: neither date nor place."""

    text: str
    line: int
    bold: bool


def pieces(page: Page, index: int, *, commas: bool = False) -> list[Piece]:
    """The pieces of line `index`, its dates, durations and places removed."""
    line = page.lines[index]
    return [Piece(text, index, line.bold) for text in split(page.joined(index), commas=commas)]


def split(text: str, *, commas: bool = False) -> list[str]:
    """A header line at its separators, without dates and places."""
    text = _LABELS.sub("", text)
    text = without_dates(re.sub(r"^\s*(?:[•‣▪■●○►▸◆*-]|\d{1,2}[.)])\s+", "", text))
    found = []
    for raw in _STRONG.split(text):
        raw = raw.strip(" ,;")
        piece = raw if _is_bare_place(raw) else _without_place(raw)
        for part in re.split(r",\s+", piece) if commas else [piece]:
            part = tidy(part)
            if len(part) > 1 and not _lists_skills(part) and not _NOISE.match(part) and not place.is_place(part):
                found.append(part)
    return found


def _is_bare_place(text: str) -> bool:
    """A place and nothing before it: in a header "Acme, Mesa, AZ" begins with a company, not with a street."""
    pieces = [piece.strip() for piece in text.split(",")]
    return place.is_place(text) and (len(pieces) < 3 or place.is_region(pieces[1]))


def _lists_skills(text: str) -> bool:
    """A line of techniques below a header ("Java Spring MySQL")."""
    found = skills.recognised(text)
    return len(found) >= 3 or (
        len(found) == 2 and len(text) < 2.2 * len("".join(found)) and not words.title_score(text)
    )


def without_dates(text: str) -> str:
    """The text with a cell's gap in the place of each period."""
    for period in reversed(dates.find(text)):
        begin, stop = period.begin, period.stop
        before, after = text[:begin].rstrip(), text[stop:].lstrip()
        if before.endswith(("(", "[")) and after.startswith((")", "]")):
            before, after = before[:-1], after[1:]
        text = f"{before}   {after}"
    return _DURATION.sub("   ", text)


def _without_place(text: str) -> str:
    begin = place.tail(text)
    return text[:begin].rstrip(" ,–—-|(") if begin else text


def is_header(page: Page, index: int) -> bool:
    """Could be part of an entry's header: short, no bullet, no sentence."""
    line = page.lines[index]
    text = line.text
    if line.is_bullet or len(text) > 130 or text.endswith((";", ":")):
        return False
    if text.endswith(".") and not re.search(
        r"(?:Inc|Ltd|Co|Corp|LLC|GmbH|S\.A|U\.S|Sc|B\.A|A\.|etc|Univ|Jr|Sr|\d)\.$", text
    ):
        return False
    if len(text.split()) > 18 or (text[:1].islower() and not text.startswith("e")):
        return False
    return re.search(r"\w", text) is not None and not _SENTENCES.search(text)


_SENTENCES = re.compile(r"[a-z]{4,}\. [A-Z][a-z]{2,}")


def period_of(page: Page, index: int) -> dates.Period | None:
    """The period that dates the entry of this line, not one mentioned in a sentence."""
    text = page.lines[index].text
    found = dates.find(text)
    if not found:
        return None
    best = next((period for period in found if period.is_range), found[-1])
    before, after = text[: best.begin].rstrip(" ([,|–-•"), text[best.stop :].strip(" )],|–-•.")
    after = _DURATION.sub("", after).strip(" ,·()")
    if before and after and not _is_set_off(text, best) and not place.is_place(after):
        return None
    if len(before) + len(after) > 130 or re.search(r"\b(?:in|since|of|by|from|during|for|am|im|en)$", before, re.I):
        return None
    return best


def _is_set_off(text: str, period: dates.Period) -> bool:
    left, right = text[: period.begin], text[period.stop :]
    bracketed = left.rstrip().endswith(("(", "[")) and right.lstrip().startswith((")", "]"))
    divider = r"\s{3}|[|•·–—]"
    return bracketed or bool(re.search(rf"(?:{divider})\s*$", left) or re.match(rf"\s*(?:{divider})", right))
