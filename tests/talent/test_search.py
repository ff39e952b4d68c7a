"""Finding people by words."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from crm.tenancy import many
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from talent.models import Candidate, FencedCandidate
from talent.profile import Claim, Job, Place
from talent.search.grammar import show
from talent.services import search
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate
from tests.ground import shared
from tests.properties import costly

FIELDS = [
    "name:",
    "note:",
    "resume:",
    "summary:",
    "country:",
    "title:",
    "skill:",
    "tag:",
    "owner:",
    "location:",
    "email:",
    "phone:",
    "source:",
    "company:",
]
PIECES = [*FIELDS, "(", ")", '"', "OR", "NOT", "NEAR/2", "²*", "%", "_", "a", "b*", "12345", "a@b.c", " ", " ", " "]
ODD_TEXTS = (
    st.text(max_size=60)
    | st.text("\\'\":*&|!()<->% @OR-\x00aé1", max_size=60)
    | st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
)


@shared
def three(inside: UUID) -> None:
    """Zoë (Python, Stockholm), Mia (Go, Lyon), Ada (Python and Rust, Lyon)."""
    a_candidate()
    a_candidate(
        "Mia Laurent",
        "mia.laurent@mail.example.com",
        phones=[Claim("+33 1 09 75 83 51")],
        place=Place("Lyon, France"),
        skills=[Claim("Go")],
        jobs=[Job("Site reliability engineer", "Quai Neuf", "2020", "", True)],
    )
    a_candidate(
        "Ada Sørensen",
        "ada@example.com",
        phones=[],
        place=Place("Lyon, France"),
        skills=[Claim("Python"), Claim("Rust")],
        jobs=[Job("Reliability lead", "Fjordlab", "2019", "", True)],
    )


def names(people: "QuerySet[FencedCandidate]") -> list[str]:
    return [p.name.split()[0] for p in people.order_by("-score", "name")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("python", ["Ada", "Zoë"]),
        ("python lyon", ["Ada"]),
        ("python AND lyon", ["Ada"]),
        ('"reliability engineer"', ["Mia"]),
        ('"engineer reliability"', []),
        ("reliab", ["Ada", "Mia"]),
        ("reliab engineer", []),
        ("go OR rust", ["Ada", "Mia"]),
        ("lyon python OR stockholm", ["Ada", "Zoë"]),
        ("lyon -python", ["Mia"]),
        ("lyon NOT python", ["Mia"]),
        ("ANGSTROM", ["Zoë"]),
        ("sorensen", ["Ada"]),
        ("lyon (go OR rust)", ["Ada", "Mia"]),
        ("(lyon go) OR (stockholm rust)", ["Mia"]),
        ("NOT (go OR rust)", ["Zoë"]),
        ("pyth* lyon", ["Ada"]),
        ("site NEAR/2 engineer", ["Mia"]),
        ("engineer NEAR/1 site", []),
    ],
)
def test_find_reads_words(three: None, words: str, found: list[str]) -> None:
    assert names(search.find(words)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("name:mia", ["Mia"]),
        ("name:lyon", []),
        ("title:reliability", ["Ada", "Mia"]),
        ('title:"reliability lead"', ["Ada"]),
        ("title:developer", ["Zoë"]),
        ('company:"Quai Neuf"', ["Mia"]),
        ("company:reliability", []),
        ("skill:python", ["Ada", "Zoë"]),
        ("skill:pyth*", ["Ada", "Zoë"]),
        ("skill:(go OR rust)", ["Ada", "Mia"]),
        ("-skill:python", ["Mia"]),
        ("location:lyon", ["Ada", "Mia"]),
        ("country:france", ["Ada", "Mia"]),
        ("location:sweden OR name:ada", ["Ada", "Zoë"]),
        ("email:mail.example", ["Mia"]),
        ("phone:097583", ["Mia"]),
        ("source:test name:ada", ["Ada"]),
        ("tag:nothing", []),
        ("owner:nobody", []),
        ("title:site NEAR/2 title:engineer", ["Mia"]),
    ],
)
def test_find_asks_fields(three: None, words: str, found: list[str]) -> None:
    assert names(search.find(words)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("mia.laurent@mail.example.com", ["Mia"]),
        ("laurent@mail", ["Mia"]),
        ("@mail.example", ["Mia"]),
        ("+33 1 09 75 83 51", ["Mia"]),
        ("097583", ["Mia"]),
        ("09 75 83", ["Mia"]),
        ("09 75 83 99", []),
    ],
)
def test_find_reads_fragments_of_contact_points(three: None, words: str, found: list[str]) -> None:
    assert names(search.find(words)) == found


def test_names_come_before_other_hits(inside: UUID) -> None:
    a_candidate("Bo Lund", "bo@example.com", jobs=[Job("Fisher of Salmon, salmon, salmon")])
    a_candidate("Kim Salmon", "kim@example.com")

    assert names(search.find("salmon")) == ["Kim", "Bo"]


@pytest.mark.parametrize(("words", "found"), [("Laurnet", ["Mia"]), ("angstrm", ["Zoë"]), ("xq", []), ("qqqq", [])])
def test_similar_forgives_typos_in_names(three: None, words: str, found: list[str]) -> None:
    assert (names(search.find(words)), names(search.similar(words))) == ([], found)


def test_blank_finds_everybody_and_signs_nobody(three: None) -> None:
    assert (search.find("  ").count(), search.find("&!").count()) == (3, 0)


def test_find_stays_in_the_tenant(three: None) -> None:
    assert search.find("python").count() == 2


def test_find_sees_nothing_of_other_tenants(db: None) -> None:
    with open_tenant(a_tenant("other")):
        a_candidate()

    with open_tenant(a_tenant("acme")):
        assert [q("zoe@example.com").count() for q in (search.find, search.similar)] == [0, 0]


def test_the_last_bare_word_is_a_beginning_unless_something_follows() -> None:
    read = [search.read(words).node for words in ("a b", "a b ", 'a "b"', "a -b", "email:b")]

    assert [show(node) for node in read if node] == ["a b*", "a b", 'a "b"', "a NOT b", "email:b"]


@costly(40)
@given(ODD_TEXTS)
def test_no_text_raises(inside: UUID, words: str) -> None:
    assert list(search.find(words)[:5]) == [] or not words.strip()
    assert list(search.similar(words)[:5]) == []


@pytest.fixture
def crowd(committed: None) -> Iterator[None]:
    """Enough people, and statistics about them, that reading them all is the worse plan."""
    owner = a_tenant("acme")
    with open_tenant(owner):
        a_candidate()
        names = [f"Person {n}" for n in range(3000)]
        texts = [name.lower() for name in names]
        many.insert(Candidate(), {"id": [uuid7() for _ in names], "name": names, "search_text": texts})
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE talent_candidate")
    connections["owner"].close()
    with open_tenant(owner):
        yield


def indexes_used(people: "QuerySet[FencedCandidate]") -> set[str]:
    sql, params = people.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return set(re.findall(r"'Index Name': '(\w+)'", str(cursor.fetchone()[0])))


def test_searches_use_their_indexes(crowd: None) -> None:
    used = {
        "words": indexes_used(search.find("python lyo")),
        "either": indexes_used(search.find('"data engineer" OR nordlicht')),
        "address": indexes_used(search.find("zoe@example.com")),
        "typo": indexes_used(search.similar("angstrm")),
    }

    assert used == {
        "words": {"candidate_words"},
        "either": {"candidate_words"},
        "address": {"candidate_words", "talent_candidate_pkey"},
        "typo": {"candidate_name"},
    }
