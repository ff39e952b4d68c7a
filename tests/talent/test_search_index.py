"""The index of words: whoever it leads to is whoever fits, in each of the ways that people are looked for."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F, Func, TextField
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import FencedCandidate
from talent.profile import Claim
from talent.search import compile, index
from talent.search.compile import matches
from talent.search.grammar import Both, Either, Near, Node, Without, Word
from talent.search.index import Way
from talent.services import search
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate

SAID = (
    "python",
    "pyth",
    "front-end",
    "end front",
    "C++",
    "o'brien",
    "Łódź",
    "don''t",
    "back\\slash",
    "a:b",
    "!?",
    "5.1",
)
TEXTS = (
    "Python and front-end in Łódź",
    "front of the end, O'Brien",
    "C++ don't a:b back\\slash",
    "pythonic 5.1",
    "end front python",
    "",
)
words = st.builds(
    Word,
    st.sampled_from(SAID),
    is_phrase=st.booleans(),
    begins=st.booleans(),
    field=st.sampled_from(("", "", "summary")),
)
nears = st.builds(Near, st.builds(Word, st.sampled_from(SAID)), st.builds(Word, st.sampled_from(SAID)))
trees = st.recursive(
    words | nears,
    lambda inner: (
        st.builds(Without, inner)
        | st.builds(Both, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Either, st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=5,
)


def found(node: Node, way: Way) -> set[str]:
    with index.going(way):
        return set(FencedCandidate.objects.filter(compile.where(node)).values_list("name", flat=True))


@pytest.mark.usefixtures("inside")
def test_every_way_finds_the_same() -> None:
    for number, text in enumerate(TEXTS):
        a_candidate(f"Number {number}", f"{number}@example.com", phones=[], summary=Claim(text) if text else None)

    @given(trees)
    def same(node: Node) -> None:
        assert found(node, Way.RARE) == found(node, Way.COMMON) == found(node, Way.WALKED)

    same()


NAMES = ("Anna Müller", "Anna Muller", "ANNA", "O'Brien Lee", "Jean-Luc 2nd", "Ñu", "annabel", "李 Anna", "Ann a", "")
PLAIN = ("anna", "Anna", "muller", "brien", "obrien", "lee", "jean", "2nd", "nu", "ann", "a", "李", "jean-luc")


@pytest.mark.usefixtures("inside")
def test_whoever_is_named_so_scores_so() -> None:
    for number, name in enumerate(NAMES):
        a_candidate(name, f"{number}@example.com", phones=[], summary=Claim("anna muller brien lee"))

    @given(st.lists(st.builds(Word, st.sampled_from(PLAIN), begins=st.booleans()), min_size=1, max_size=3))
    def same(asked: list[Word]) -> None:
        node = Either(tuple(asked)) if len(asked) > 1 else asked[0]
        named = matches(Func(F("name"), function="app.words", output_field=TextField()), compile.tsquery(node))
        for name, score, is_named in FencedCandidate.objects.annotate(
            score=search.score(node), is_named=named
        ).values_list("name", "score", "is_named"):
            assert (score >= 1) == is_named, name

    same()


def test_words_of_another_workspace_are_not_met(tenant: Tenant) -> None:
    other = a_tenant("birch")
    for one in (tenant, other):
        with open_tenant(one):
            a_candidate(name="Zoë Lindqvist")

    with open_tenant(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT app.marked_query(%s, $$'zoe' & 'lind':*$$)", [other.pk])
        query = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM talent_candidate_fenced WHERE app.marked(tenant_id, search) @@ %s", [query]
        )

        assert cursor.fetchone()[0] == 0
        assert found(Word("zoe"), Way.RARE) == {"Zoë Lindqvist"}


@pytest.mark.parametrize(
    ("node", "is_whole"),
    [
        (Word("python"), True),
        (Word("pyth", begins=True), True),
        (Both((Word("a1"), Either((Word("b"), Word("c"))))), True),
        (Word("front-end"), False),
        (Word("Łódź"), False),
        (Without(Word("python")), False),
        (Near(Word("a"), Word("b")), False),
    ],
)
def test_whole_is_what_the_index_knows_by_itself(node: Node, is_whole: bool) -> None:
    assert index.is_whole(node) is is_whole


def test_mark_is_in_front_of_every_word(inside: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(app.marked(%s, app.words('Don''t \\\\ 5.1 front-end')))", [inside])
        marked = cursor.fetchone()[0]

    assert marked
    assert all(word.startswith(str(inside)[28:]) for word in marked)
