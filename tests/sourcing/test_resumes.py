"""Reading résumés end to end: every format, every refusal, columns, and the JSON form."""

import pytest

from sourcing.resumes import errors
from sourcing.resumes.fields import Employment, ParsedResume
from sourcing.resumes.reader import read
from tests.sourcing import resume_files as files

FORMATS = {
    "pdf": files.pdf(),
    "docx": files.docx(),
    "odt": files.odt(),
    "wordml": files.wordml(),
    "rtf": files.rtf(),
    "html": files.html(),
    "text": files.TEXT.encode(),
    "utf-16": files.TEXT.encode("utf-16"),
    "latin": files.TEXT.encode("cp1252"),
}


def _short(job: Employment) -> tuple[str | None, ...]:
    return tuple(value.value if value else None for value in (job.title, job.company, job.start, job.end))


@pytest.mark.parametrize("content", FORMATS.values(), ids=FORMATS.keys())
def test_read_finds_the_same_in_every_format(content: bytes) -> None:
    fields = read(content, "cv").fields

    assert fields.name
    assert fields.name.value == "Nora Testmann"
    assert [value.value for value in fields.emails] == ["nora.testmann@example.com"]
    assert [phone.e164 for phone in fields.phones] == ["+49403456789"]
    assert [(link.url.value, link.kind) for link in fields.links] == [("github.com/noratest", "github")]
    assert [_short(job) for job in fields.employments] == [
        ("Backend Engineer", "Elbe Software GmbH", "2019-01", None),
        ("Junior Developer", "Alster Labs", "2016-03", "2018-12"),
    ]
    assert [skill.value for skill in fields.skills] == ["Python", "Go", "SQL", "Docker", "Kubernetes"]


def test_read_resolves_the_place() -> None:
    location = read(files.TEXT.encode(), "cv.txt").fields.location

    assert location
    assert (location.raw.value, location.city) == ("Hamburg, Germany", "Hamburg")
    assert (location.country, location.tz) == ("DE", "Europe/Berlin")


def test_read_finds_headline_and_education() -> None:
    fields = read(files.TEXT.encode(), "cv.txt").fields

    assert fields.headline
    assert fields.headline.value == "Backend Engineer"
    [entry] = fields.education
    assert [value and value.value for value in (entry.institution, entry.degree, entry.start, entry.end)] == [
        "Universität Hamburg",
        "Bachelor of Science in Computer Science",
        "2012",
        "2016",
    ]


def test_read_takes_columns_one_after_the_other() -> None:
    found = read(files.two_column_pdf(), "cv.pdf")

    assert found.text.splitlines() == [*files.HEAD, *files.SIDE, *files.MAIN]
    assert [_short(job) for job in found.fields.employments] == [
        ("Backend Engineer", "Elbe Software GmbH", "2019-01", None),
        ("Junior Developer", "Alster Labs", "2016-03", "2018-12"),
    ]
    assert [skill.value for skill in found.fields.skills] == ["Python", "Docker", "Kubernetes", "PostgreSQL"]


def test_read_finds_links_that_are_not_printed() -> None:
    found = read(files.linked_pdf(), "cv.pdf")

    [link] = found.fields.links
    assert (link.url.value, link.kind) == ("https://www.linkedin.com/in/noratest", "linkedin")
    assert found.text.splitlines()[link.url.source.line] == link.url.source.snippet == link.url.value


def test_read_takes_tables_and_text_boxes_once() -> None:
    found = read(files.docx_table(), "cv.docx")

    assert found.text.splitlines() == ["Nora Testmann", "nora.testmann@example.com", "Elbe Software GmbH   2019 - 2021"]


def test_read_stops_after_sixty_pages() -> None:
    found = read(files.many_pages_pdf(62), "cv.pdf")

    assert found.text.splitlines()[-1] == "Sheet 59"
    assert found.warnings == ("The file is very long: only its first 60 pages were read.",)


def test_read_takes_the_region_for_numbers_without_country() -> None:
    found = read(b"Nora Testmann\nPhone: 040 3456789", "cv.txt", region="DE")

    assert [phone.e164 for phone in found.fields.phones] == ["+49403456789"]


def test_parsed_resume_survives_json() -> None:
    found = read(files.TEXT.encode(), "cv.txt")

    assert ParsedResume.from_json(found.to_json()) == found


@pytest.mark.parametrize("data", [None, {}, {"text": 1, "fields": {}, "warnings": []}])
def test_parsed_resume_refuses_other_json(data: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ParsedResume.from_json(data)


REFUSED = {
    "empty": (b"", errors.Empty),
    "blank": (b"  \n ", errors.Empty),
    "too large": (b"a" * (errors.MAX_BYTES + 1), errors.TooLarge),
    "program": (b"\x7fELF" + bytes(200), errors.UnsupportedType),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), errors.NoText),
    "scan": (files.picture_pdf(), errors.NoText),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), errors.OldWord),
    "protected word": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        errors.Protected,
    ),
    "protected pdf": (files.protected_pdf(), errors.Protected),
    "archive": (files.packed(("photo.txt", b"hello")), errors.NotWord),
    "macros": (files.docx(extra=(("word/vbaProject.bin", b"x"),)), errors.HasMacros),
    "cut pdf": (files.pdf()[:300], errors.Damaged),
    "cut docx": (files.docx()[:-40], errors.Damaged),
    "broken xml": (files.docx(document=b"<w:document><w:body>"), errors.Damaged),
}


@pytest.mark.parametrize(("content", "kind"), REFUSED.values(), ids=REFUSED.keys())
def test_read_refuses_with_a_sentence(content: bytes, kind: type[errors.ResumeError]) -> None:
    with pytest.raises(errors.ResumeError) as raised:
        read(content, "cv.pdf")

    assert type(raised.value) is kind
    assert str(raised.value) == kind.sentence


def test_errors_are_found_by_code() -> None:
    kinds = [errors.ResumeError, *errors.ResumeError.__subclasses__(), *errors.UnsupportedType.__subclasses__()]

    assert [type(errors.by_code(kind.code)) for kind in kinds] == kinds
    assert type(errors.by_code("nonsense")) is errors.Damaged
