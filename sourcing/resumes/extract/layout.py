"""Owns the reading order of a page: glyphs to rows, rows to columns, columns to lines."""

import re
import statistics
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from sourcing.resumes.extract.lines import CELL, Line
from sourcing.resumes.headings import heading

SPACE = 0.16  # of the size: a wider gap is a space
BREAK = 1.4  # of the size: a wider gap divides two cells
MIN_ROWS = 4  # fewer rows make no column
_DATED = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its left and right edge and its base line, in points from the lower left corner."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool


@dataclass(slots=True)
class Span:
    """Characters side by side without a wide gap."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool


def page_lines(glyphs: list[Glyph], page: int) -> list[Line]:
    """The page's lines in reading order: above a pair of columns, left column, right column, below."""
    rows = _rows(glyphs)
    edges = _left_edges([span for row in rows for span in _spans(row, [])], MIN_ROWS)
    spans = [span for row in rows for span in _spans(row, edges)]
    lines: list[Line] = []
    for block in _ordered(spans, depth=0):
        lines += _block_lines(block, page)
    return lines


def _rows(glyphs: list[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        if rows and abs(rows[-1][0].y - glyph.y) <= 0.3 * min(rows[-1][0].size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def _spans(row: list[Glyph], edges: list[float]) -> list[Span]:
    """The row divided at wide gaps, and at narrow ones where the text goes on at one of the page's left `edges`."""
    row.sort(key=lambda glyph: glyph.x0)
    groups: list[list[Glyph]] = []
    texts: list[str] = []
    spaced = False
    for glyph in row:
        if not glyph.text.strip():
            spaced = True
            continue
        last = groups[-1][-1] if groups else None
        if last and last.text == glyph.text and abs(last.x0 - glyph.x0) < 0.1 * glyph.size:
            continue  # bold by printing twice
        gap = glyph.x0 - last.x1 if last else 0.0
        if (
            last is None
            or gap > BREAK * max(glyph.size, last.size)
            or (gap > 0.42 * glyph.size and _is_at(edges, glyph))
        ):
            groups.append([glyph])
            texts.append(glyph.text)
        else:
            divided = gap > SPACE * glyph.size or (spaced and gap > 0.02 * glyph.size)
            groups[-1].append(glyph)
            texts[-1] += f" {glyph.text}" if divided else glyph.text
        spaced = False
    return [_span(text, group) for text, group in zip(texts, groups, strict=True)]


def _is_at(edges: list[float], glyph: Glyph) -> bool:
    at = bisect_left(edges, glyph.x0 - 2.5)
    return at < len(edges) and edges[at] <= glyph.x0


def _span(text: str, group: list[Glyph]) -> Span:
    size = statistics.median_low([glyph.size for glyph in group])
    bold = sum(glyph.bold for glyph in group) * 2 > len(group)
    return Span(text, group[0].x0, max(glyph.x1 for glyph in group), group[0].y, size, bold)


def _ordered(spans: list[Span], depth: int) -> list[list[Span]]:
    """Blocks in reading order, split again and again at the best pair of columns."""
    cut = _best_cut(spans) if depth < 6 and len(spans) >= 2 * MIN_ROWS else None
    if cut is None:
        return [spans] if spans else []
    x, top, bottom = cut
    above = [span for span in spans if span.y >= top]
    below = [span for span in spans if span.y <= bottom]
    left = [span for span in spans if bottom < span.y < top and span.x1 <= x]
    right = [span for span in spans if bottom < span.y < top and span.x1 > x]
    return [block for part in (above, left, right, below) for block in _ordered(part, depth + 1)]


def _best_cut(spans: list[Span]) -> tuple[float, float, float] | None:
    """(x, top, bottom) of the free strip with most rows on its poorer side, or None where no columns stand."""
    best, best_rows = None, MIN_ROWS
    for x in _left_edges(spans, MIN_ROWS - 1):
        crossing = sorted(span.y for span in spans if span.x0 < x - 1 and span.x1 > x)
        left = [span for span in spans if span.x1 <= x]
        right = [span for span in spans if span.x0 >= x - 1]
        for bottom, top in _bands(crossing, left, right):
            inside_left = [span for span in left if bottom < span.y < top]
            inside_right = [span for span in right if bottom < span.y < top]
            rows = min(_row_count(inside_left), _row_count(inside_right))
            if rows > best_rows and _are_columns(inside_left, inside_right):
                best, best_rows = (x, top, bottom), rows
    return best


def _left_edges(spans: list[Span], rows: int) -> list[float]:
    """Places a point left of where spans of several rows begin, the leftmost place apart."""
    edges: list[list[float]] = []
    for x0 in sorted(span.x0 for span in spans):
        if edges and x0 - edges[-1][0] <= 2:
            edges[-1].append(x0)
        else:
            edges.append([x0])
    return [edge[0] - 1 for edge in edges[1:] if len(edge) >= rows]


def _bands(crossing: list[float], left: list[Span], right: list[Span]) -> list[tuple[float, float]]:
    """(bottom, top) of each stretch of the page that nothing crosses and where both sides have rows."""
    limits = [-1e6, *crossing, 1e6]
    ys_left, ys_right = sorted(span.y for span in left), sorted(span.y for span in right)
    bands = []
    for bottom, top in pairwise(limits):
        counts = [bisect_left(ys, top) - bisect_left(ys, bottom) for ys in (ys_left, ys_right)]
        if min(counts) >= MIN_ROWS:
            bands.append((bottom, top))
    return bands


def _row_count(spans: list[Span]) -> int:
    return len({round(span.y) for span in spans})


def _are_columns(left: list[Span], right: list[Span]) -> bool:
    """False for a table: dates or labels whose rows stand on the base lines of the other side's."""
    if not left or not right:
        return False
    poor, rich = sorted((left, right), key=_row_count)
    dated = sum(_DATED.search(span.text) is not None for span in poor)
    headed = sum(heading(span.text) is not None for span in poor)
    if dated * 2 > len(poor) or (dated + headed) * 5 > 3 * len(poor):
        return False
    ys = [span.y for span in rich]
    rows = {round(span.y, 1): span for span in poor}
    beside = sum(any(abs(y - span.y) < 0.35 * span.size for y in ys) for span in rows.values())
    if beside < 0.8 * len(rows):
        return True
    is_prose = all(statistics.median(len(span.text) for span in side) >= 28 for side in (left, right))
    return is_prose and _row_count(poor) > 0.4 * _row_count(rich)


_OPEN_DATE = re.compile(r"(?:(?:19|20)\d\d|[a-zé]{3,9}\.?)\s*[–—-]$", re.IGNORECASE)
_BULLET = re.compile(r"^[•‣◦▪▫■●○►▸◆∙·⁃*–—-]$|^[•‣◦▪■●○►▸◆∙] ")


def _mended(rows: list[list[Span]]) -> list[list[Span]]:
    """A period broken in a narrow cell is put together; a date to the right of a bullet gets its own row before it."""
    mended: list[list[Span]] = []
    for row in rows:
        row.sort(key=lambda span: span.x0)
        first = mended[-1][0] if mended else None
        if (
            first
            and _OPEN_DATE.search(first.text)
            and len(mended[-1]) > 1
            and len(row[0].text) < 16
            and row[0].x0 < mended[-1][1].x0 - 5
        ):
            first.text = f"{first.text} {row[0].text}"
            row = row[1:]
        if len(row) > 1 and _BULLET.match(row[0].text) and _DATED.search(row[-1].text) and len(row[-1].text) < 40:
            mended.append([row[-1]])
            row = row[:-1]
        if row:
            mended.append(row)
    return mended


def _block_lines(spans: list[Span], page: int) -> list[Line]:
    spans.sort(key=lambda span: (-span.y, span.x0))
    rows: list[list[Span]] = []
    for span in spans:
        if rows and abs(rows[-1][0].y - span.y) <= 0.35 * span.size:
            rows[-1].append(span)
        else:
            rows.append([span])
    rows = _mended(rows)
    pitches = [a[0].y - b[0].y for a, b in pairwise(rows)]
    usual = statistics.median_low(pitches) if pitches else 0.0
    lines = []
    for index, row in enumerate(rows):
        row.sort(key=lambda span: span.x0)
        gap = index == 0 or pitches[index - 1] > 1.35 * max(usual, row[0].size)
        text = CELL.join(span.text for span in row)
        bold = row[0].bold if len(row[0].text) > 2 or len(row) == 1 else row[1].bold
        lines.append(Line(text, size=round(row[0].size, 1), bold=bold, indent=row[0].x0, page=page, gap=gap))
    return lines
