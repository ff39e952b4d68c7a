"""What the parsers make of lines: sources that hold, dates, sections, contact data."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.resumes.extract.plain import read_text
from sourcing.resumes.fields import Fields, Found, Location, ParsedResume, Source
from sourcing.resumes.headings import heading
from sourcing.resumes.parse import contact, dates, place
from sourcing.resumes.parse.parser import parse
from sourcing.resumes.resolve import resolve
from tests.properties import costly
from tests.sourcing import resume_files as files

PIECES = [
    *files.TEXT.splitlines(),
    "Berufserfahrung",
    "03/2018 – heute   Projektleiterin, Beispiel AG, München",
    "FORMATION",
    "Master Marketing – Université Lyon 2 | 2014 – 2016",
    "• Java (Spring, Hibernate), C++;  SQL / NoSQL",
    "Tel. 0171 2345678",
    "Head of Things at Acme Inc., Mesa, AZ (2013-09 — Present)",
    "職歴",
    "2019年 4月   株式会社例 入社",
]


def _values(fields: Fields) -> Iterator[Found]:
    yield from (value for value in (fields.name, fields.headline) if value)
    yield from [*fields.emails, *fields.skills, *(p.raw for p in fields.phones), *(link.url for link in fields.links)]
    yield from [fields.location.raw] if fields.location else []
    for job in fields.employments:
        yield from (value for value in (job.title, job.company, job.start, job.end) if value)
    for entry in fields.education:
        yield from (value for value in (entry.institution, entry.degree, entry.start, entry.end) if value)


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _check_sources(found: ParsedResume) -> None:
    lines = found.text.split("\n")
    for value in _values(found.fields):
        stop = value.source.line + value.source.snippet.count("\n") + 1
        assert "\n".join(lines[value.source.line : stop]) == value.source.snippet
        assert 0 <= value.confidence <= 1
        shown = value.value[:4] if re.fullmatch(r"\d{4}(?:-\d\d)?", value.value) else value.value
        words = re.split(r", ", shown)
        assert all(_folded(word) in _folded(value.source.snippet) for word in words)


@costly(50)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=60)), max_size=30))
def test_every_value_stands_in_its_source(pieces: list[str]) -> None:
    found = parse(read_text("\n".join(pieces).encode("utf-8", "replace")))

    _check_sources(found)
    assert ParsedResume.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("text", "start", "end", "is_current"),
    [
        ("Jan 2019 – Present", "2019-01", None, True),
        ("2019-01 - 2020-03", "2019-01", "2020-03", False),
        ("03/2018 - 06/2021", "2018-03", "2021-06", False),
        ("01.03.2018 – 30.06.2021", "2018-03", "2021-06", False),
        ("Sept. 2016 to Aug '18", "2016-09", "2018-08", False),
        ("März 2015 bis heute", "2015-03", None, True),
        ("de septembre 2016 à décembre 2019", "2016-09", "2019-12", False),
        ("marzo de 2019 - actualidad", "2019-03", None, True),
        ("da 01/2017 a oggi", "2017-01", None, True),
        ("maio 2014 até atual", "2014-05", None, True),
        ("mei 2020 - heden", "2020-05", None, True),
        ("May – Aug 2021", "2021-05", "2021-08", False),
        ("seit 2019", "2019", None, True),
        ("2012–2016", "2012", "2016", False),
        ("2019年4月〜現在", "2019-04", None, True),
        ("May 2016", None, "2016-05", False),
        ("Summer 2023", None, "2023", False),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, start: str, end: str, is_current: bool) -> None:
    [period] = dates.find(text)

    assert (period.start, period.end, period.is_current) == (start, end, is_current)
    assert text[period.begin : period.stop] == text


@pytest.mark.parametrize("text", ["1-650-999-7777", "GPA 3.97/4.00", "ISO 27001", "$2000", "v2.2019.1"])
def test_dates_are_not_seen_where_none_are(text: str) -> None:
    assert dates.find(text) == []


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("Work Experience", "experience"),
        ("E X P E R I E N C E", "experience"),
        ("== EMPLOYMENT ------", "experience"),
        ("Beruflicher Werdegang:", "experience"),
        ("Compétences", "skills"),
        ("FORMACIÓN ACADÉMICA", "education"),
        ("Awards and Publications", "other"),
        ("Experience with large systems.", None),
    ],
)
def test_heading_knows_sections(text: str, section: str | None) -> None:
    assert heading(text) == section


@pytest.mark.parametrize(
    "number", ["+49 40 3456789", "(555) 123-4567", "06 12 34 56 78", "0171 2345678", "+1-650-253-0000", "030/1234567"]
)
def test_phones_are_found_in_many_forms(number: str) -> None:
    assert [hit.value for hit in contact.phones(f"Tel: {number} | x@example.com", 0)] == [number]


@pytest.mark.parametrize("text", ["2012 - 2016", "01.03.2018", "GPA 3.97", "a1234567890@example.com", "100,000 users"])
def test_phones_are_not_seen_where_none_are(text: str) -> None:
    assert list(contact.phones(text, 0)) == []


def test_links_leave_out_techniques() -> None:
    text = "Node.js, ASP.NET, example.com/me, https://github.com/nora."

    assert [hit.value for hit in contact.links(text, 0)] == ["example.com/me", "https://github.com/nora"]


@pytest.mark.parametrize(("text", "begin"), [("Acme, Mesa, AZ", 4), ("Acme – Kiel, Germany", 4), ("Acme, Inc.", None)])
def test_place_at_the_end_is_found(text: str, begin: int | None) -> None:
    assert place.tail(text) == begin


@pytest.mark.parametrize(
    ("raw", "city", "region", "country", "tz"),
    [
        ("Phoenix, AZ 85004", "Phoenix", "AZ", "US", "America/Phoenix"),
        ("12 Via Roma, 20121 Milano, Italia", "Milan", None, "IT", "Europe/Rome"),
        ("Portland, ME", "Portland", "ME", "US", "America/New_York"),
        ("Somewhere quiet", None, None, None, None),
    ],
)
def test_resolve_names_the_place(raw: str, city: str, region: str, country: str, tz: str) -> None:
    stated = Location(Found(raw, Source(0, raw), 0.8))

    location = resolve(ParsedResume(raw, Fields(location=stated))).fields.location

    assert location
    assert (location.city, location.region, location.country, location.tz) == (city, region, country, tz)


def test_resolve_finds_a_bare_city_at_the_name() -> None:
    found = resolve(parse(read_text(b"Nora Testmann\nAmsterdam | nora@example.com\nSKILLS\nBerlin")))

    assert found.fields.location
    assert (found.fields.location.raw.value, found.fields.location.country) == ("Amsterdam", "NL")
    _check_sources(found)


def test_resolve_takes_the_city_from_a_company_but_not_the_campus() -> None:
    text = "EXPERIENCE\nChef, Beispiel GmbH, Kiel\n2012 - 2015\nEDUCATION\nUniversity of California, Berkeley, 2010\n"

    fields = resolve(parse(read_text(text.encode()))).fields

    assert [job.company and job.company.value for job in fields.employments] == ["Beispiel GmbH"]
    assert [entry.institution and entry.institution.value for entry in fields.education] == [
        "University of California, Berkeley"
    ]


def test_skills_are_recognised_without_a_section() -> None:
    found = parse(read_text(b"I wrote Python and Go services, with Docker, on Kubernetes. I go home."))

    assert [skill.value for skill in found.fields.skills] == ["Python", "Go", "Docker", "Kubernetes"]


def test_grouped_positions_share_their_company() -> None:
    text = "EXPERIENCE\n\nNorth Sea Tools\n\nSales Director\nJan 2021 - Present\n\nSales Manager\nMay 2018 - Dec 2020\n"

    jobs = parse(read_text(text.encode())).fields.employments

    assert [(job.title and job.title.value, job.company and job.company.value) for job in jobs] == [
        ("Sales Director", "North Sea Tools"),
        ("Sales Manager", "North Sea Tools"),
    ]


def test_japanese_table_names_employers() -> None:
    text = "ふりがな\nれい かずこ\n例 和子\n学歴\n2010 4 見本大学文学部 入学\n2014 3 見本大学文学部 卒業\n"
    text += "職歴\n2014 4 株式会社見本 入社\n2019 3 株式会社見本 退職\n2019 4 有限会社例 入社\n"

    fields = parse(read_text(text.encode())).fields

    assert fields.name
    assert fields.name.value == "例 和子"
    assert [(job.company and job.company.value, job.is_current) for job in fields.employments] == [
        ("株式会社見本", False),
        ("有限会社例", True),
    ]
    assert [entry.institution and entry.institution.value for entry in fields.education] == ["見本大学"]
