"""What recruiters type, and how it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talent.search import grammar
from talent.search.grammar import Both, Either, Near, Node, Without, Word, parse, show
from tests.properties import costly

LETTERS = st.text("abcxyzéß019#+.", min_size=1, max_size=8).filter(lambda t: any(c.isalnum() for c in t))
FIELDS = st.sampled_from(["", "", "name", "skill", "resume"])
PHRASES = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join)


def words(fields: st.SearchStrategy[str] = FIELDS) -> st.SearchStrategy[Word]:
    bare = st.builds(Word, LETTERS, fields, st.just(False), st.booleans())
    return bare | st.builds(Word, PHRASES, fields, st.just(True))


def flat(kind: type[Both] | type[Either], nodes: list[Node]) -> Node:
    """A group as the parser makes it: none of its own kind directly inside."""
    inner = tuple(one for node in nodes for one in (node.nodes if isinstance(node, kind) else (node,)))
    return kind(inner)


NEARS = st.builds(Near, words(st.just("")), words(st.just("")), st.integers(1, grammar.FARTHEST))
TREES = st.recursive(
    words() | NEARS,
    lambda inner: (
        st.builds(Without, inner)
        | st.lists(inner, min_size=2, max_size=4).map(lambda nodes: flat(Both, nodes))
        | st.lists(inner, min_size=2, max_size=4).map(lambda nodes: flat(Either, nodes))
    ),
    max_leaves=12,
).filter(lambda node: depth(node) < grammar.MOST_DEPTH)


def depth(node: Node) -> int:
    match node:
        case Both(nodes) | Either(nodes):
            return 1 + max(map(depth, nodes))
        case Without(inner):
            return 1 + depth(inner)
        case _:
            return 0


@costly(40)
@given(TREES)
def test_what_is_printed_reads_the_same(tree: Node) -> None:
    reading = parse(show(tree))

    assert (reading.node, reading.problems) == (tree, ())


ODD = ["(", ")", '"', "-", "NOT ", "OR ", "AND ", "NEAR/2 ", "name:", "skill:", "a ", "*", " ", "\x00", "|", "&", "!"]


@given(st.text(max_size=80) | st.lists(st.sampled_from(ODD), max_size=40).map("".join))
def test_any_text_is_read_or_told_where_it_is_wrong(text: str) -> None:
    reading = parse(text)

    assert all(0 <= p.at <= len(text) and p.message.startswith("At character ") for p in reading.problems)
    assert reading.node is None or parse(show(reading.node)).node == reading.node


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('data AND "site reliability" -lead', 'data "site reliability" NOT lead'),
        ("a b OR c d", "a b OR c d"),
        ("a (b | c)", "a (b OR c)"),
        ("title:(lead OR head) -company:acme", "(title:lead OR title:head) NOT company:acme"),
        ("title: lead", "title:lead"),
        ("NOT NOT a", "a"),
        ("a NEAR b", "a NEAR/5 b"),
        ("a NEAR/99 b", "a NEAR/10 b"),
        ("cv:kafka Skills:go", "resume:kafka skill:go"),
        ("https://example.com AT&T c++", "https://example.com AT&T c++"),
        ("“curly quotes”", '"curly quotes"'),
        ("a &&& ()", "a"),
    ],
)
def test_reads(text: str, shown: str) -> None:
    node = parse(text).node

    assert node is not None
    assert show(node) == shown


@pytest.mark.parametrize(
    ("text", "shown", "problem"),
    [
        ("python (go", "python go", "At character 8, this bracket is never closed."),
        ("python) go", "python go", "At character 7, this bracket closes nothing."),
        ('a "b c', 'a "b c"', "At character 3, this quotation mark is never closed."),
        ("a OR", "a", "At character 3, “OR” needs something on both sides."),
        ("OR a", "a", "At character 1, “OR” needs something on both sides."),
        ("a AND", "a", "At character 3, “AND” needs something on both sides."),
        ("a NOT", "a", "At character 3, “NOT” needs something after it."),
        ("a NEAR (b c)", "a b c", "At character 3, “NEAR” stands between two words or phrases."),
        ("a title:", "a", "At character 3, “title:” needs a word, a phrase or brackets right after it."),
        ("a " * 61, " ".join(["a"] * 60), "At character 121, 60 words are the most; what follows here was left out."),
        ("(" * 9 + "a", "", "At character 8, brackets can be nested 8 deep; what is inside these was left out."),
        ("x" * 3000, "x" * 200, "At character 2001, 2000 characters are the most; the rest was left out."),
    ],
)
def test_tells_what_it_could_not_read(text: str, shown: str, problem: str) -> None:
    reading = parse(text)

    assert (show(reading.node) if reading.node else "") == shown
    assert problem in [p.message for p in reading.problems]


def test_ten_thousand_terms_are_cut_with_a_sentence() -> None:
    reading = parse(" OR ".join(f"term{n}" for n in range(10_000)))

    assert len(list(grammar.words(reading.node))) == 60
    assert [p.message.split(",")[0] for p in reading.problems] == ["At character 591", "At character 2001"]


def test_words_that_must_not_occur_are_told_apart() -> None:
    node = parse("a -b NOT (c -d)").node

    assert [w.text for w in grammar.words(node)] == ["a", "d"]
    assert [w.text for w in grammar.words(node, wanted=False)] == ["b", "c"]
