"""Owns the way from a document to all its fields."""

from collections.abc import Callable, Iterable, Iterator

from sourcing.resumes import headings
from sourcing.resumes.extract.lines import Document, Line
from sourcing.resumes.fields import Fields, Found, Link, Location, ParsedResume, Phone, Source
from sourcing.resumes.parse import contact, japanese, jobs, person, schools, skills
from sourcing.resumes.parse.page import Page

MAX_VALUES = 25
MAX_TEXT = 2 * 1024 * 1024


def parse(document: Document) -> ParsedResume:
    """Fields with sources. Places are not resolved and numbers not normalised here: see `resolve`."""
    lines = _within(document.lines)
    page = Page(lines, headings.parts(lines))
    name = person.name(page)
    if name:
        page = Page(lines, headings.with_head(page.parts, name.source.line))
    linked, appended = _links(page, document.hyperlinks, name)
    place = person.location(page)
    fields = Fields(
        name=name,
        headline=person.headline(page, name),
        emails=tuple(_distinct(page, contact.emails, str.casefold, 0.95)),
        phones=tuple(Phone(found) for found in _distinct(page, contact.phones, _digits, 0.8)),
        links=tuple(linked),
        location=Location(page.found(place[0], place[1], place[2], place[3])) if place else None,
        skills=tuple(skills.skills(page)),
        employments=tuple(jobs.employments(page)),
        education=tuple(schools.education(page)),
    )
    if japanese.is_japanese(page):
        fields = japanese.complete(page, fields)
    text = "\n".join([*(line.text for line in lines), *appended])
    return ParsedResume(text, fields, tuple(document.warnings))


def _within(lines: list[Line]) -> list[Line]:
    total = 0
    for index, line in enumerate(lines):
        total += len(line.text.encode()) + 1
        if total > MAX_TEXT:
            return lines[:index]
    return lines


def _digits(value: str) -> str:
    return "".join(character for character in value if character.isdigit())


def _hits(page: Page, find: Callable[[str, int], Iterable[contact.Hit]]) -> Iterator[contact.Hit]:
    """First those of the head and the contact parts, then the others."""
    near = [i for part in page.parts if part.section in ("top", "contact") for i in range(part.start, part.stop)]
    for index in dict.fromkeys([*near, *range(len(page.lines))]):
        yield from find(page.lines[index].text, index)


def _distinct(
    page: Page, find: Callable[[str, int], Iterable[contact.Hit]], key: Callable[[str], str], confidence: float
) -> list[Found]:
    found: dict[str, Found] = {}
    for hit in _hits(page, find):
        if key(hit.value) not in found and len(found) < MAX_VALUES:
            source = page.source(hit.line)
            found[key(hit.value)] = Found(hit.value, source, confidence)
    return list(found.values())


def _links(page: Page, hyperlinks: list[str], name: Found | None) -> tuple[list[Link], list[str]]:
    """Printed links, then those of hyperlinks that are not printed: these become lines at the end of the text."""
    names = [part for part in (name.value if name else "").casefold().split() if len(part) > 2]
    all_printed = _distinct(page, contact.links, contact.link_key, 0.9)
    near = {i for part in page.parts if part.section in ("top", "contact") for i in range(part.start, part.stop)}
    printed = {
        contact.link_key(found.value): found
        for found in all_printed
        if found.source.line in near or contact.is_personal(found.value, names)
    }
    appended: list[str] = []
    for url in hyperlinks:
        key = contact.link_key(url)
        if key not in printed and contact.is_personal(url, names) and len(printed) < MAX_VALUES:
            line = len(page.lines) + len(appended)
            printed[key] = Found(url, Source(line, url), 0.6)
            appended.append(url)
    return [Link(found, contact.link_kind(found.value)) for found in printed.values()], appended
