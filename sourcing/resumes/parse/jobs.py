"""Owns finding employments: an entry is anchored at its dates, its header stands around them."""

import re
from dataclasses import dataclass, replace

from sourcing.resumes.fields import Employment, Found
from sourcing.resumes.headings import Part
from sourcing.resumes.parse import dates, words
from sourcing.resumes.parse.entries import Piece, is_header, period_of, pieces
from sourcing.resumes.parse.page import Page, tidy

MAX_ABOVE = 3
MAX_BELOW = 3


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry on the way: its lines, its pieces, what is decided."""

    first: int
    last: int
    period: dates.Period
    anchor: int
    pieces: list[Piece]
    title: Piece | None = None
    company: Piece | None = None
    is_sure: bool = False


def employments(page: Page) -> list[Employment]:
    """All entries of the experience parts, in the order of the document."""
    drafts = [draft for part in page.of("experience") for draft in _drafts(page, part)]
    titled = _title_comes_first(drafts)
    decided: list[_Draft] = []
    for draft in drafts:
        draft = _decide(draft, titled)
        if draft.company is None and draft.title and decided and len(draft.pieces) == 1 and decided[-1].company:
            draft = replace(draft, company=decided[-1].company)
        decided.append(draft)
    return [_employment(page, draft) for draft in decided if draft.title or draft.company]


def _drafts(page: Page, part: Part) -> list[_Draft]:
    anchors = _anchors(page, part)
    if not anchors:
        return []
    above = _above(page, part, anchors[0][0])
    found: list[_Draft] = []
    for number, (anchor, period) in enumerate(anchors):
        floor = found[-1].last + 1 if found else part.start
        ceiling = anchors[number + 1][0] if number + 1 < len(anchors) else part.stop
        ceiling = max(anchor + 1, ceiling - above) if number + 1 < len(anchors) else ceiling
        first = _climb(page, part, anchor, floor, above)
        found.append(_draft(page, part, anchor, period, first, ceiling))
    return found


def _anchors(page: Page, part: Part) -> list[tuple[int, dates.Period]]:
    """Lines with the dates of an entry. Ranges win: where they occur, single dates are details."""
    dated = [(index, period_of(page, index)) for index in range(part.start, part.stop)]
    found = [(index, period) for index, period in dated if period and not page.lines[index].is_bullet]
    if not found:
        found = [(index, period) for index, period in dated if period and len(page.lines[index].text) < 110]
    if any(period.is_range for _, period in found):
        found = [(i, p) for i, p in found if p.is_range or p.is_current or _closes_line(page.lines[i].text, p)]
    return found


def _closes_line(text: str, period: dates.Period) -> bool:
    return len(text) - period.stop <= 2 and len(text) < 90


def _above(page: Page, part: Part, anchor: int) -> int:
    """How many lines of the header stand above the dates, learnt from the first entry."""
    return anchor - _climb(page, part, anchor, part.start, MAX_ABOVE)


def _climb(page: Page, part: Part, anchor: int, floor: int, most: int) -> int:
    """The first line of the header that ends with the dates: not past free space once title and company are there."""
    first, count = anchor, len(_header_pieces(page, part, anchor))
    while first > max(floor, anchor - most) and is_header(page, first - 1):
        if page.lines[first].gap and count >= 2:
            break
        first -= 1
        count += len(_header_pieces(page, part, first))
    return first


def _draft(page: Page, part: Part, anchor: int, period: dates.Period, first: int, ceiling: int) -> _Draft:
    found = [piece for index in range(first, anchor + 1) for piece in _header_pieces(page, part, index)]
    last = anchor
    while len(found) < 2 and last + 1 < ceiling and last - anchor < MAX_BELOW:
        below = last + 1
        if not is_header(page, below) or _is_body(page, below, found) or (first < anchor and page.lines[below].gap):
            break
        last = below
        found += _header_pieces(page, part, below)
    if len(found) < 2:
        found = [piece for index in range(first, last + 1) for piece in _divided(page, part, index)]
    return _Draft(first, last, period, anchor, found)


def _header_pieces(page: Page, part: Part, index: int) -> list[Piece]:
    found = pieces(page, index)
    return [piece for piece in found if piece.text.casefold() != tidy(part.first).casefold()] if part.first else found


def _is_body(page: Page, index: int, found: list[Piece]) -> bool:
    """A line of prose below a header that already has a piece: long and without the marks of a header."""
    line = page.lines[index]
    if not found or line.bold or words.title_score(line.text) >= 2 or words.company_score(line.text) == 2:
        return False
    return len(line.text) > 75 or (line.gap and len(line.text) > 60)


_AT = re.compile(r"\s+(?:at|bei|chez|en|presso|bij|na|für|for)\s+(?=[A-ZÀ-Ý0-9])")


def _divided(page: Page, part: Part, index: int) -> list[Piece]:
    """One piece that holds both title and company: divided at "at" or at the comma that suits best."""
    found = []
    for piece in _header_pieces(page, part, index):
        halves = _AT.split(piece.text, maxsplit=1)
        if len(halves) == 2 and words.title_score(halves[0]):
            found += [replace(piece, text=tidy(half)) for half in halves]
        else:
            found += [replace(piece, text=tidy(half)) for half in _at_comma(piece.text)]
    return [piece for piece in found if piece.text]


def _at_comma(text: str) -> list[str]:
    places = [match.start() for match in re.finditer(r",\s", text)]
    best: tuple[int, int] | None = None
    for place in places:
        left, right = text[:place], text[place + 1 :].strip()
        if re.match(r"(?:inc|llc|ltd|gmbh|corp|co|s\.a|ag)\b(?!-)", right, re.I) or not right:
            continue
        score = (
            words.title_score(left) - words.title_score(right) + words.company_score(right) - words.company_score(left)
        )
        if best is None or abs(score) > abs(best[0]):
            best = (score, place)
    return [text[: best[1]], text[best[1] + 1 :]] if best and best[0] else [text]


def _lean(piece: Piece) -> int:
    """Above 0: a title; below 0: a company."""
    return 2 * words.title_score(piece.text) - 2 * words.company_score(piece.text)


def _title_comes_first(drafts: list[_Draft]) -> bool:
    """What the clear entries of this document say about the order."""
    votes = 0
    for draft in drafts:
        if len(draft.pieces) >= 2:
            difference = _lean(draft.pieces[0]) - _lean(draft.pieces[1])
            votes += (difference > 0) - (difference < 0)
    return votes >= 0


def _decide(draft: _Draft, titled: bool) -> _Draft:
    if not draft.pieces:
        return draft
    if len(draft.pieces) == 1:
        only = draft.pieces[0]
        return replace(draft, title=only) if _lean(only) > 0 else replace(draft, company=only)
    candidates = draft.pieces[:4]
    first, second = candidates[:2]
    leans = [_lean(piece) for piece in candidates]
    if leans[0] == leans[1]:
        title, company = (first, second) if titled else (second, first)
        return replace(draft, title=title, company=company)
    title = max(candidates, key=lambda piece: (_lean(piece), piece is (first if titled else second)))
    others = [piece for piece in candidates if piece is not title]
    company = min(others, key=lambda piece: (min(0, _lean(piece)), candidates.index(piece)))
    if max(leans) <= 0:
        company = min(candidates, key=lambda piece: (_lean(piece), candidates.index(piece)))
        title = next(piece for piece in candidates if piece is not company)
    return replace(draft, title=title, company=company, is_sure=True)


def _employment(page: Page, draft: _Draft) -> Employment:
    base = 0.8 if draft.is_sure else 0.6
    base += 0.1 if draft.period.is_range else -0.2

    def found(piece: Piece | None) -> Found | None:
        return page.found(piece.text, piece.line, base) if piece else None

    def date(value: str | None) -> Found | None:
        return page.found(value, draft.anchor, 0.9 if draft.period.is_range else 0.5) if value else None

    start = draft.period.start or (None if draft.period.is_current else draft.period.end)
    return Employment(
        found(draft.title), found(draft.company), date(start), date(draft.period.end), draft.period.is_current
    )
