"""Owns finding education: an entry begins where a second institution, degree or period would come."""

import re
from dataclasses import dataclass, field

from sourcing.resumes.fields import Education, Found
from sourcing.resumes.headings import Part
from sourcing.resumes.parse import dates, words
from sourcing.resumes.parse.entries import is_header, period_of
from sourcing.resumes.parse.entries import split as split_pieces
from sourcing.resumes.parse.page import Page, tidy


@dataclass(slots=True)
class _Draft:
    """An entry on the way; each value with its line."""

    institution: tuple[str, int] | None = None
    degree: tuple[str, int] | None = None
    period: tuple[dates.Period, int] | None = None
    others: list[tuple[str, int]] = field(default_factory=list)
    last: int = -1

    def is_empty(self) -> bool:
        return not (self.institution or self.degree)


def education(page: Page) -> list[Education]:
    """All entries of the education parts, in the order of the document."""
    drafts = [draft for part in page.of("education") for draft in _drafts(page, part)]
    return [_education(page, draft) for draft in drafts if not draft.is_empty()]


def _drafts(page: Page, part: Part) -> list[_Draft]:
    drafts, current = [], _Draft()
    listed = not any(
        _is_entry_line(page, index) for index in range(part.start, part.stop) if not page.lines[index].is_bullet
    )
    for index in range(part.start, part.stop):
        line = page.lines[index]
        if (line.is_bullet and not listed) or not _is_entry_line(page, index):
            continue
        if _starts_new(page, current, index):
            drafts.append(current)
            current = _Draft()
        _take(page, part, current, index)
    return [*drafts, current]


def _is_entry_line(page: Page, index: int) -> bool:
    text = page.lines[index].text
    if re.match(
        r"^\W*(?:gpa|relevant|coursework|courses?|thesis|dissertation|honou?rs|awards?|activities|minor|advisor|note)\b",
        text,
        re.I,
    ):
        return False
    is_named = words.is_school(text) or words.is_degree(text)
    return (is_header(page, index) or is_named) and len(text) < 160


def _starts_new(page: Page, current: _Draft, index: int) -> bool:
    line = page.lines[index]
    found = split_pieces(line.text)
    schooled = any(words.is_school(piece) for piece in found)
    graded = any(words.is_degree(piece) for piece in found)
    if current.period and period_of(page, index) and current.period[0].is_range:
        return True
    if schooled and current.institution and (graded or current.degree is None or line.gap or index - current.last > 1):
        return True
    return bool((graded and current.degree) or (current.period and not current.is_empty() and line.gap and found))


def _take(page: Page, part: Part, current: _Draft, index: int) -> None:
    text = page.joined(index)
    period = period_of(page, index)
    if period and current.period is None:
        current.period = (period, index)
    current.last = index
    for piece in split_pieces(text.removeprefix(part.first) if part.first else text):
        for school, is_school in _school_and_rest(piece):
            if is_school and current.institution is None:
                name, _, subject = school.partition(", ")
                is_bare = (
                    current.degree is not None and current.degree[1] == index and _BARE.match(current.degree[0] + " X")
                )
                current.institution = (name if is_bare and subject else school, index)
                if is_bare and subject and current.degree:
                    current.degree = (f"{current.degree[0]}, {subject}", index)
            elif words.is_degree(school) and (current.degree is None or _BARE.match(current.degree[0] + " X")):
                current.degree = (school, index)
            elif not is_school:
                _complete(current, school, index)


def _complete(current: _Draft, text: str, index: int) -> None:
    """A subject beside a bare degree belongs to it; a name beside a degree is the school."""
    subject = re.match(r"^(?:in |of |major|fach)?[^\W\d_]", text, re.I) is not None and len(text) < 70
    if current.degree and current.degree[1] == index and len(current.degree[0]) <= 6 and subject:
        line = current.degree[0]
        current.degree = (f"{line}, {text}" if "," not in text else line, index)
        return
    current.others.append((text, index))


_BARE = re.compile(
    r"^(Ph\.?D\.?|[BM]\.?(?:Sc|S|A|Eng|Ed|Tech)\.?|MBA|BBA|MFA|LL\.?[BM]\.?|JD|MD)\s+(?=[A-ZÀ-Þ])(?!in\b|of\b)(.+)$"
)


def _school_and_rest(piece: str) -> list[tuple[str, bool]]:
    """Divides "University, degree" and "degree, University" at the comma between them."""
    if not words.is_school(piece):
        return [(piece, False)]
    bare = _BARE.match(piece)
    if bare:
        return [(bare[1], False), *_school_and_rest(bare[2])]
    parts = re.split(r",\s+", piece)
    degrees = [number for number, part in enumerate(parts) if words.is_degree(part)]
    schools = [number for number, part in enumerate(parts) if words.is_school(part) and number not in degrees]
    if not schools or not degrees:
        joined = re.match(
            r"^(.*?\b(?:degree|diploma|bachelor\S*|master\S*|ph\.?d)\b.*?)\s+(?:from|at|an der|à)\s+(.+)$", piece, re.I
        )
        if joined and words.is_school(joined[2]):
            return [(joined[1], False), (joined[2], True)]
        if schools and schools[0] > 0:
            return [(tidy(", ".join(parts[: schools[0]])), False), (tidy(", ".join(parts[schools[0] :])), True)]
        return [(piece, bool(schools))]
    if degrees[0] < schools[0]:
        return [(tidy(", ".join(parts[: schools[0]])), False), (tidy(", ".join(parts[schools[0] :])), True)]
    return [(tidy(", ".join(parts[: degrees[0]])), True), (tidy(", ".join(parts[degrees[0] :])), False)]


def _education(page: Page, draft: _Draft) -> Education:
    others = list(draft.others)
    if draft.institution is None and others:
        draft.institution = others.pop(0)
    if draft.institution is None and draft.degree and re.search(r", [A-Z]{3,7}$", draft.degree[0]):
        subject, _, school = draft.degree[0].rpartition(", ")
        draft.institution, draft.degree = (school, draft.degree[1]), (subject, draft.degree[1])
    if draft.degree is None and others and len(others[0][0]) < 80 and not re.search(r"\d", others[0][0]):
        draft.degree = others.pop(0)

    def found(value: tuple[str, int] | None, sure: bool) -> Found | None:
        return page.found(value[0], value[1], 0.85 if sure else 0.5) if value else None

    def date(value: str | None) -> Found | None:
        return page.found(value, draft.period[1], 0.85) if value and draft.period else None

    period = draft.period[0] if draft.period else None
    institution, degree = draft.institution, draft.degree
    return Education(
        found(institution, institution is not None and words.is_school(institution[0])),
        found(degree, degree is not None and words.is_degree(degree[0])),
        date(period.start if period else None),
        date(period.end if period else None),
    )
