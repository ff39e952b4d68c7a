"""Owns the head of a résumé: name, headline, address lines."""

import re
import unicodedata

from sourcing.resumes.fields import Found
from sourcing.resumes.headings import heading
from sourcing.resumes.parse import place, words
from sourcing.resumes.parse.contact import EMAIL, links, phones
from sourcing.resumes.parse.page import Page, tidy

_NAME = re.compile(r"^[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*| ?\([^\W\d_]+\)| [\"“'][^\W\d_]+[\"”']){1,4}$")
_PARTICLES = {
    "van",
    "von",
    "de",
    "der",
    "den",
    "la",
    "le",
    "da",
    "dos",
    "do",
    "di",
    "del",
    "bin",
    "al",
    "el",
    "ter",
    "y",
    "zu",
}
_LABEL = re.compile(
    r"^(?:full name|name|nom|nombre|nome|naam|vor- und nachname|氏\s*名|名前)\s*[:：]?\s+|^(?:name|氏名)[:：]", re.I
)
_TITLES = re.compile(r"^(?:curriculum vitae|resume|résumé|cv|lebenslauf)(?: of| de| von)?\s*[:–—-]?\s*", re.I)
_DEGREES = re.compile(
    r"(?:,\s*(?:[A-Z][A-Za-z]?\.?){1,4}(?:-[A-Z]{1,4})?|,?\s+(?:Jr|Sr|Esq|Ph\.?\s?D|MBA|PMP|CPA|RN)\.?)+$"
)
_HONORIFIC = re.compile(r"^(?:dr|prof|mr|mrs|ms|herr|frau|dipl\.?-?ing|ing)\.?\s+", re.I)
_NOT_NAMES = re.compile(
    r"\b(?:resume|curriculum|vitae|lebenslauf|page|updated|street|road|avenue|phone|email|address|linkedin|github|remote"
    r"|confidential|references|university|college|inc|llc|gmbh|date|birth|nationality|nationalité|anschrift)\b",
    re.I,
)
_REACH = 45
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def name(page: Page) -> Found | None:
    """The likeliest name near the top: large, first, of the right shape, and agreeing with the e-mail address."""
    local_parts = [_letters(match.group().split("@")[0]) for line in page.lines for match in EMAIL.finditer(line.text)]
    best, best_score = None, 0.0
    largest = max((line.size for line in page.lines if line.page == 0), default=0.0)
    for index, line in enumerate(page.lines):
        if index > _REACH and line.size < largest:
            continue
        for position, piece in enumerate(_pieces(line.text)):
            score = _name_score(piece, index, local_parts) + (3 if line.size and line.size >= largest - 0.5 else 0)
            score += 1.5 if _LABEL.match(line.text) else 0.0
            score += 1 if line.marked else 0
            score -= 0.5 * position
            if _is_name(piece) and score > best_score:
                best, best_score = page.found(_cased(piece), index, 0.35 + score / 12), score
    return best if best_score >= 2 else None


def _pieces(text: str) -> list[str]:
    text = _TITLES.sub("", _LABEL.sub("", text.strip()))
    pieces = re.split(r"\s{3,}|\s[|•·–—-]\s|[|•·]", text)
    return [_HONORIFIC.sub("", _DEGREES.sub("", piece.strip(" ,:#*"))) for piece in pieces[:4]]


def _is_name(text: str) -> bool:
    if len(text) > 50 or not _NAME.match(text) or _NOT_NAMES.search(text) or heading(text):
        return False
    parts = [part for part in re.split(r"[ ]+", text) if part.strip("()\"“”'")]
    capital = [
        part for part in parts if part[0].isupper() or part.lower() in _PARTICLES or part.startswith(("(", '"', "“"))
    ]
    return len(parts) <= 5 and len(capital) == len(parts) and parts[0].lower() not in {"the", "our", "my"}


def _name_score(text: str, index: int, local_parts: list[str]) -> float:
    score = max(0.0, 3.0 - index * 0.25)
    parts = [_letters(part) for part in text.split()]
    agreed = max((sum(len(part) > 2 and part in local for part in parts) for local in local_parts), default=0)
    initials = any(parts and len(parts[-1]) > 2 and local.startswith(parts[0][:1] + parts[-1]) for local in local_parts)
    score += 2.0 * min(2, agreed) + (1 if initials else 0)
    score -= 3 if words.title_score(text) else 0
    score -= (
        2 if words.company_score(text) or words.is_school(text) or place.is_place(text) or place.is_region(text) else 0
    )
    return score + (1 if 2 <= len(parts) <= 3 else 0)


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in folded if character.isalpha())


def _cased(text: str) -> str:
    """Words in capitals alone as names are written: "Camille DUPONT" -> "Camille Dupont"."""
    if _CJK.search(text):
        return text
    whole = text.isupper()
    return re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize() if _is_loud(m.group(), whole) else m.group(), text)


def _is_loud(word: str, whole: bool) -> bool:
    return word.isupper() and len(word) > (1 if whole else 3)


def headline(page: Page, name_found: Found | None) -> Found | None:
    """What stands beside or below the name and is neither address nor heading."""
    if name_found is None:
        return None
    at = name_found.source.line
    same = [piece for piece in _pieces(page.lines[at].text) if piece.casefold() != name_found.value.casefold()]
    for index, piece in [(at, piece) for piece in same] + [
        (i, page.lines[i].text) for i in range(at + 1, at + 4) if i < len(page.lines)
    ]:
        if index > at and (heading(piece) or page.lines[index].is_bullet or index >= _top_stop(page, at)):
            break
        first = re.split(r"\s{3,}", piece)[0] if index > at else piece
        if _is_contact(first, index) or place.is_place(first) or not 3 < len(first) <= 90 or first.endswith("."):
            continue
        if words.title_score(first) == 0 and (words.is_school(first) or words.company_score(first)):
            continue
        if words.title_score(first) or (index == at + 1 and _is_short_phrase(first)):
            value, last = _wrapped(page, first, index)
            return page.found(value, index, 0.85 if words.title_score(value) else 0.5, last)
    return None


def _wrapped(page: Page, text: str, index: int) -> tuple[str, int]:
    """The headline with its second line, if it has one: small, in the same print, ending in the word for the job."""
    if index + 1 >= len(page.lines) or page.lines[index].text != text:
        return text, index
    line, following = page.lines[index], page.lines[index + 1]
    alike = line.size and line.size == following.size and line.bold == following.bold and not following.gap
    goes_on = len(following.text.split()) <= 3 and words.title_score(following.text) and not heading(following.text)
    if alike and goes_on and not words.title_score(text.split()[-1]) and not _is_contact(following.text, index):
        return f"{text} {following.text}", index + 1
    return text, index


def _top_stop(page: Page, at: int) -> int:
    return next((part.stop for part in page.parts if part.start <= at < part.stop), len(page.lines))


def _is_short_phrase(text: str) -> bool:
    return len(text.split()) <= 8 and not re.search(r"\d|:", text) and text[:1].isupper()


def _is_contact(text: str, index: int) -> bool:
    return bool(EMAIL.search(text) or next(phones(text, index), None) or next(links(text, index), None))


_PLACE_LABEL = re.compile(
    r"(?:current )?(?:location|address|adresse|anschrift|wohnort|ort|domicile|dirección|ubicación|indirizzo|residenza"
    r"|endereço|localização|adres|woonplaats|現住所|住所|based in|residence)\s*[:：]\s*(.{3,100})",
    re.I,
)
_STREETS = re.compile(r"\b(?:st|street|road|rd|ave|avenue|lane|ln|drive|dr|blvd|way|apt|suite|court|floor)\b\.?", re.I)
_TOWN = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,5} [^\W\d_][\w .'’/-]+(?:, [\w ]+)?$")
_STREET = re.compile(r"^\d{1,5}[a-z]? [\w .'’-]+$|^[^\W\d_][\w .'’-]+ \d{1,4}[a-z]?$")


def location(page: Page) -> tuple[str, int, float, int] | None:
    """(place, first line, confidence, last line): from a labelled line, else near the name and the contact data."""
    near = _near(page)
    for index in near:
        labelled = _PLACE_LABEL.search(page.lines[index].text)
        if labelled:
            return tidy(re.split(r"\s{3,}|\s[|•]\s", labelled[1])[0]), index, 0.9, index
    for index in near:
        text = page.lines[index].text
        begin = _embedded(text)
        if begin:
            return begin, index, 0.7, index
        for piece in re.split(r"\s{3,}|\s?[|•·⋄◦*]\s?|\s[–—-]\s|\s,\s", text):
            piece = re.sub(r"^[^\w〒]+|[^\w.)]+$", "", piece)
            if _is_contact(piece, index):
                continue
            if (place.is_place(piece) and not words.title_score(piece)) or _is_town(piece):
                return _with_street(page, index, piece)
    return None


def _is_town(text: str) -> bool:
    return _TOWN.match(text) is not None and not _STREETS.search(text)


def _near(page: Page) -> list[int]:
    """Lines of the head and of contact parts; then those beside e-mail addresses and telephone numbers."""
    found = [
        i
        for part in page.parts
        if part.section in ("top", "contact")
        for i in range(part.start, min(part.stop, part.start + 25))
    ]
    for index, line in enumerate(page.lines[:120]):
        if EMAIL.search(line.text):
            found += [
                i for i in range(index - 3, index + 4) if 0 <= i < len(page.lines) and not page.lines[i].is_bullet
            ]
    return list(dict.fromkeys(found))


def _with_street(page: Page, index: int, piece: str) -> tuple[str, int, float, int]:
    """The place with the street in the line above it, as an address is written."""
    before = page.lines[index - 1].text if index else ""
    if page.lines[index].text == piece and _STREET.match(before):
        return f"{before}, {piece}", index - 1, 0.8, index
    return piece, index, 0.8, index


def _embedded(text: str) -> str | None:
    """A place between contact data that are divided by spaces alone."""
    if not EMAIL.search(text):
        return None
    rest = EMAIL.sub("\t", text)
    for hit in [*phones(rest, 0), *links(rest, 0)]:
        rest = rest.replace(hit.value, "\t")
    pieces = [tidy(piece) for piece in rest.split("\t")]
    return next((piece for piece in pieces if place.is_place(piece)), None)
