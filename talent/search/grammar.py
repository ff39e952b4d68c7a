"""The language of the search box: words, "phrases", brackets, AND OR NOT NEAR, beginnings*, field:value.

    query  = either
    either = both { ("OR" | "|") both }
    both   = unary { ["AND" | "&"] unary }
    unary  = { "NOT" | "-" | "!" } near
    near   = item { "NEAR" ["/" number] item }          between two words or phrases
    item   = "(" either ")" | [field ":"] (word | word "*" | '"' phrase '"' | "(" either ")")

Operators are written in capitals. Signs without a letter or digit say nothing and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from crm.unseen import one_line

MOST_LETTERS = 2000
MOST_TERMS = 60
MOST_DEPTH = 8
MOST_WORD = 200  # letters of one word; a longer one is cut
NEAR, FARTHEST = 5, 10  # words between: without a number, and at most

# What may stand before a colon -> the field that is meant.
FIELDS = {
    **{name: name for name in ("name", "title", "company", "skill", "tag", "email", "phone", "note", "resume")},
    **{name: name for name in ("source", "owner", "location", "country", "headline", "summary")},
    **{"skills": "skill", "tags": "tag", "notes": "note", "cv": "resume", "résumé": "resume", "city": "location"},
    **{"place": "location", "mail": "email", "employer": "company"},
}


@dataclass(frozen=True)
class Word:
    """One word, or a phrase; `begins` stands for every word that begins so; `field` is one of FIELDS' values."""

    text: str
    field: str = ""
    is_phrase: bool = False
    begins: bool = False


@dataclass(frozen=True)
class Near:
    """Two words or phrases, in any order, at most `within` words apart."""

    left: Word
    right: Word
    within: int = NEAR


@dataclass(frozen=True)
class Both:
    """Every one of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """At least one of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Without:
    """Whatever the node is not."""

    node: Node


Node: TypeAlias = "Word | Near | Both | Either | Without"


@dataclass(frozen=True)
class Problem:
    """What could not be read: `at` counts characters from 0, the message names the place counted from 1."""

    at: int
    message: str


@dataclass(frozen=True)
class Reading:
    """What was understood (None: nothing that could be looked for), and what was not.

    `is_open` when the text ends in a bare word: somebody may still be typing it.
    """

    node: Node | None
    problems: tuple[Problem, ...] = ()
    is_open: bool = False


# --- tokens

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_CURLY = str.maketrans("“”„«»", '"""""')
_TOKEN = re.compile(r'\s*(?:(?P<sign>[()|&])|(?P<minus>[-!](?=[^\s]))|(?P<quote>")|(?P<bare>[^\s()|"]+))')
_FIELD = re.compile(r"([^\W\d_]+):(?=[^\s:/])")
_NEAR = re.compile(r"NEAR(?:/(\d{1,4}))?")


@dataclass(frozen=True)
class Token:
    """A piece of the text: a sign, an operator, a field's name, a phrase or a word."""

    kind: str
    text: str
    at: int


def _bare(text: str, at: int) -> Iterator[Token]:
    """The tokens of a run without spaces: an operator, or a word that a field's name may stand before."""
    if text in ("OR", "AND", "NOT"):
        yield Token(text, text, at)
    elif _NEAR.fullmatch(text):
        yield Token("NEAR", text, at)
    elif (found := _FIELD.match(text)) and found[1].casefold() in FIELDS:
        yield Token("field", FIELDS[found[1].casefold()], at)
        rest = text[found.end() :]
        yield Token("word", rest, at + found.end())
    else:
        yield Token("word", text, at)


def _tokens(text: str, problems: list[Problem]) -> Iterator[Token]:
    place = 0
    while (found := _TOKEN.match(text, place)) is not None:
        kind, at = str(found.lastgroup), found.start(str(found.lastgroup))
        place = found.end()
        if kind == "quote":
            end = text.find('"', place)
            if end < 0:
                problems.append(Problem(at, "this quotation mark is never closed"))
            end = len(text) if end < 0 else end
            yield Token("phrase", text[place:end], at)
            place = end + 1
        elif kind == "bare":
            yield from _fielded(found["bare"], at)
        else:
            yield Token({"|": "OR", "&": "AND"}.get(found[0].strip(), found[0].strip()), found[0].strip(), at)


def _fielded(bare: str, at: int) -> Iterator[Token]:
    """A bare run; a field's name and a colon alone speak about the phrase, brackets or word that follow."""
    named = bare[:-1].casefold()
    if bare.endswith(":") and named in FIELDS:
        yield Token("field", FIELDS[named], at)
    else:
        yield from _bare(bare, at)


# --- parsing


class _Parser:
    """Reads tokens and gathers problems; never gives up: what is left over is read as if it were not there."""

    def __init__(self, tokens: list[Token], problems: list[Problem]) -> None:
        self.tokens = tokens
        self.problems = problems
        self.place = 0
        self.terms = 0
        self.is_full = False  # what comes after the last word that is read is not found fault with

    def next(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *kinds: str) -> Token | None:
        token = self.next()
        if token is None or token.kind not in kinds:
            return None
        self.place += 1
        return token

    def wrong(self, at: int, message: str) -> None:
        if not self.is_full:
            self.problems.append(Problem(at, message))
            self.is_full = self.terms > MOST_TERMS

    def whole(self) -> Node | None:
        nodes = [self.either("", 0)]
        while (stray := self.take(")")) is not None:
            self.wrong(stray.at, "this bracket closes nothing")
            nodes.append(self.either("", 0))
        return _joined(Both, [node for node in nodes if node])

    def either(self, field: str, depth: int) -> Node | None:
        nodes = [self.both(field, depth)]
        while (sign := self.take("OR")) is not None:
            following = self.both(field, depth)
            if following is None or nodes[-1] is None:
                self.wrong(sign.at, f"“{sign.text}” needs something on both sides")
            nodes.append(following)
        return _joined(Either, [node for node in nodes if node])

    def both(self, field: str, depth: int) -> Node | None:
        nodes: list[Node] = []
        while (token := self.next()) is not None and token.kind not in ("OR", ")"):
            if sign := self.take("AND"):
                following = self.next()
                if not nodes or following is None or following.kind in ("OR", ")", "AND"):
                    self.wrong(sign.at, f"“{sign.text}” needs something on both sides")
                continue
            node = self.unary(field, depth)
            if node is not None:
                nodes.append(node)
        return _joined(Both, nodes)

    def unary(self, field: str, depth: int) -> Node | None:
        first, is_out = self.next(), False
        while self.take("NOT", "-", "!"):
            is_out = not is_out
        node = self.near(field, depth)
        if node is None:
            if first is not None and first.kind == "NOT" and first is self.tokens[self.place - 1]:
                self.wrong(first.at, "“NOT” needs something after it")
            return None
        return Without(node) if is_out else node

    def near(self, field: str, depth: int) -> Node | None:
        node = self.item(field, depth)
        while (sign := self.take("NEAR")) is not None:
            number = _NEAR.fullmatch(sign.text)
            following = self.item(field, depth)
            if not isinstance(node, Word) or not isinstance(following, Word) or node.field != following.field:
                self.wrong(sign.at, "“NEAR” stands between two words or phrases")
                node = _joined(Both, [one for one in (node, following) if one])
                continue
            within = min(max(int(number[1]), 1), FARTHEST) if number and number[1] else NEAR
            node = Near(node, following, within)
        return node

    def item(self, field: str, depth: int) -> Node | None:
        if named := self.take("field"):
            field = named.text
        if opened := self.take("("):
            return self.group(opened, field, depth)
        token = self.take("word", "phrase")
        if token is None and named:
            self.wrong(named.at, f"“{named.text}:” needs a word, a phrase or brackets right after it")
        if token is None:
            if (sign := self.next()) is not None and sign.kind == "NEAR" and self.place == 0:
                self.place += 1
                self.wrong(sign.at, "“NEAR” stands between two words or phrases")
            return None
        return self.word(token, field)

    def group(self, opened: Token, field: str, depth: int) -> Node | None:
        if depth + 1 >= MOST_DEPTH:
            self.wrong(opened.at, f"brackets can be nested {MOST_DEPTH} deep; what is inside these was left out")
            self.skip()
            return None
        node = self.either(field, depth + 1)
        if self.take(")") is None:
            self.wrong(opened.at, "this bracket is never closed")
        return node

    def skip(self) -> None:
        """Past the closing bracket of a group that lies too deep."""
        level = 1
        while level and (token := self.next()) is not None:
            level += {"(": 1, ")": -1}.get(token.kind, 0)
            self.place += 1

    def word(self, token: Token, field: str) -> Word | None:
        text = one_line(token.text)[:MOST_WORD].strip()
        begins = token.kind == "word" and text.endswith("*")
        text = text.rstrip("*") if token.kind == "word" else text
        if not any(c.isalnum() for c in text):
            return None
        self.terms += 1
        if self.terms > MOST_TERMS:
            self.wrong(token.at, f"{MOST_TERMS} words are the most; what follows here was left out")
            self.place = len(self.tokens)
            return None
        return Word(text, field, token.kind == "phrase", begins)


def _joined(kind: type[Both] | type[Either], nodes: list[Node]) -> Node | None:
    """One group, flat: a group of the same kind inside it is taken apart."""
    flat = [one for node in nodes for one in (node.nodes if isinstance(node, kind) else (node,))]
    return None if not flat else flat[0] if len(flat) == 1 else kind(tuple(flat))


def parse(text: str) -> Reading:
    """Read what was typed. No text raises: problems carry their place, and `node` is the best that could be made of it.

    Control characters count as spaces, so places are those of the text as it was typed.
    """
    problems: list[Problem] = []
    cleaned = _UNUSABLE.sub(" ", text).translate(_CURLY)
    if len(cleaned.rstrip()) > MOST_LETTERS:
        problems.append(Problem(MOST_LETTERS, f"{MOST_LETTERS} characters are the most; the rest was left out"))
    cleaned = cleaned[:MOST_LETTERS]
    tokens = list(_tokens(cleaned, problems))
    node = _Parser(tokens, problems).whole()
    is_open = bool(tokens) and tokens[-1].kind == "word" and not cleaned[-1:].isspace()
    ordered = sorted(problems, key=lambda p: p.at)
    told = tuple(Problem(p.at, f"At character {p.at + 1}, {p.message}.") for p in ordered)
    return Reading(node, told, is_open)


# --- printing


def show(node: Node, level: int = 0) -> str:
    """The tree as text: `parse` reads it back to an equal one (levels: 0 either, 1 both, 2 not, 3 near)."""
    match node:
        case Word():
            return _show_word(node)
        case Near(left, right, within):
            text, own = f"{_show_word(left)} NEAR/{within} {_show_word(right)}", 3
        case Without(inner):
            text, own = f"NOT {show(inner, 3)}", 2
        case Both(nodes):
            text, own = " ".join(show(one, 2) for one in nodes), 1
        case Either(nodes):
            text, own = " OR ".join(show(one, 1) for one in nodes), 0
    return f"({text})" if own < level else text


def _show_word(word: Word) -> str:
    body = f'"{word.text}"' if word.is_phrase else f"{word.text}*" if word.begins else word.text
    return f"{word.field}:{body}" if word.field else body


# --- reading trees


def words(node: Node | None, *, wanted: bool = True) -> Iterator[Word]:
    """The words that are looked for, from left to right (with `wanted` off: those that must not occur)."""
    match node:
        case Word():
            if wanted:
                yield node
        case Near(left, right):
            yield from (left, right) if wanted else ()
        case Without(inner):
            yield from words(inner, wanted=not wanted)
        case Both(nodes) | Either(nodes):
            for one in nodes:
                yield from words(one, wanted=wanted)


def unfinished(reading: Reading) -> Node | None:
    """The tree while somebody types: the last bare word stands for every word that begins so."""
    return _begun(reading.node) if reading.node and reading.is_open else reading.node


def _begun(node: Node) -> Node:
    match node:
        case Word(text, field, False, False) if field in ("", "name", "title", "company", "skill", "location"):
            return Word(text, field, begins=True)
        case Both(nodes):
            return Both((*nodes[:-1], _begun(nodes[-1])))
        case Either(nodes):
            return Either((*nodes[:-1], _begun(nodes[-1])))
        case _:
            return node
