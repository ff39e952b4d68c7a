"""The full page of a search: people found by words, or by words and meaning, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import F, QuerySet

from talent.filters import compile, tree
from talent.models import FencedCandidate
from talent.search import compile as word_compiler
from talent.search import embedding, grammar
from talent.search.grammar import Both, Node, Without
from talent.services import corrections, facets, lines, listing, meanings, passages, search, snippets
from talent.services.facets import Facets
from talent.services.lines import Listing, Row
from talent.services.listing import Asked
from talent.services.meanings import Near as NearPassage
from talent.services.snippets import Snippet

By = Literal["words", "meaning"]
FUSED = 100  # people of a search by meaning
TAKEN = 200  # of each of the two rankings
DAMPING = 60  # of reciprocal rank fusion (Cormack, Clarke, Buettcher 2009)
CLOSE = 8  # people offered beside few hits
FEW = 5


@dataclass(frozen=True)
class Hit:
    """Somebody who was found: their line, the words that tell why, and whether the words or the meaning found them."""

    row: Row
    snippet: Snippet | None
    by: By


@dataclass(frozen=True)
class Results:
    """A page of hits. `close` are people near in meaning whom the words did not find; `left_out` kinds of words that
    meanings do not look at; `meaning_is` says whether meanings can be searched: "on", "behind" or "off".
    """

    hits: Sequence[Hit]
    listing: Listing
    by: By
    close: Sequence[Hit] = ()
    better: str = ""
    facets: Facets | None = None
    left_out: Sequence[str] = ()
    meaning_is: str = "on"
    problems: Sequence[str] = field(default=())


def split(node: Node | None) -> tuple[str, Node | None]:
    """(text, node): what a search by meaning compares, and what must hold all the same: fields and what is excluded."""
    parts = node.nodes if isinstance(node, Both) else (node,) if node else ()
    free: list[Node] = []
    hard: list[Node] = []
    for part in parts:
        is_hard = isinstance(part, Without) or any(w.field for w in grammar.words(part))
        (hard if is_hard else free).append(part)
    text = " ".join(w.text for part in free for w in grammar.words(part))
    return text, (Both(tuple(hard)) if len(hard) > 1 else hard[0] if hard else None)


def _within(asked: Asked, hard: Node | None, now: datetime) -> QuerySet[FencedCandidate] | None:
    """Those among whom meanings are compared; None for everybody."""
    if hard is None and asked.tree == tree.EVERYBODY:
        return None
    people = compile.candidates(asked.tree, now, asked.zone)
    return people.filter(word_compiler.where(hard)) if hard else people


def _near(asked: Asked, now: datetime) -> tuple[list[NearPassage], Sequence[str]]:
    """People near in meaning, nearest first, and the kinds of words that were left out."""
    text, hard = split(search.read(asked.words).node)
    vector, masked = meanings.query(text)
    if vector is None:
        return [], masked.kinds
    return meanings.people_near(vector, _within(asked, hard, now), TAKEN), masked.kinds


def fuse(rankings: Sequence[Sequence[UUID]]) -> list[UUID]:
    """One order out of several, by the sum of 1 / (DAMPING + rank); ties go to who stands first in the first one."""
    scores: dict[UUID, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0) + 1 / (DAMPING + rank)
    return sorted(scores, key=lambda key: -scores[key])


def _rows(ids: Sequence[UUID], asked: Asked) -> list[Row]:
    """Lines of these people, in this order."""
    found = {one["pk"]: one for one in FencedCandidate.objects.filter(pk__in=ids).values(*listing.LINE)}
    return lines.rows([found[pk] for pk in ids if pk in found], asked.tree)


def _hits(ids: Sequence[UUID], asked: Asked, near: Sequence[NearPassage], by_words: set[UUID]) -> list[Hit]:
    node = search.wanted(search.read(asked.words).node)
    told = snippets.of_words(node, [pk for pk in ids if pk in by_words])
    passage = {one.candidate_id: one.passage_id for one in near}
    evidence = snippets.of_passages([passage[pk] for pk in ids if pk in passage and pk not in told], node)
    return [
        Hit(
            row,
            told.get(row.id) or evidence.get(passage.get(row.id, row.id)),
            "words" if row.id in by_words else "meaning",
        )
        for row in _rows(ids, asked)
    ]


def _state() -> str:
    return "off" if not embedding.is_ready() else "behind" if passages.are_waiting() else "on"


def _by_meaning(asked: Asked, now: datetime) -> Results:
    best = listing.matching(asked, now).order_by(F("score").desc(), "-pk")
    worded = list(best.values_list("pk", flat=True)[:TAKEN])
    near, left_out = _near(asked, now)
    ids = fuse([worded, [one.candidate_id for one in near]])[:FUSED]
    hits = _hits(ids, asked, near, set(worded))
    shown = Listing([hit.row for hit in hits], "", len(hits), "")
    counted = facets.of(FencedCandidate.objects.filter(pk__in=ids))
    return Results(hits, shown, "meaning", facets=counted, left_out=left_out, meaning_is=_state())


def _by_words(asked: Asked, now: datetime, after: str, limit: int) -> Results:
    shown = lines.show(asked, now=now, after=after, limit=limit)
    ids = [row.id for row in shown.rows]
    hits = _hits(ids, asked, (), set(ids)) if not shown.nearly else [Hit(row, None, "words") for row in shown.rows]
    found = Results(hits, shown, "words", facets=None if after else facets.of(listing.matching(asked, now)))
    if after or not asked.words or (shown.total > FEW and not shown.nearly):
        return found
    near, left_out = _near(asked, now)
    others = [one.candidate_id for one in near if one.candidate_id not in ids][:CLOSE]
    close = _hits(others, asked, near, set())
    return replace(found, close=close, better=corrections.better(asked.words), left_out=left_out, meaning_is=_state())


def show(asked: Asked, *, by: By, now: datetime, after: str = "", limit: int = 25) -> Results:
    """Whom a search finds. By meaning: the FUSED best of both rankings, without further pages. Raises BadCursor.

    Each question to the database may take `search.SECONDS`; when one takes longer, a sentence says so.
    """
    problems = tuple(p.message for p in search.read(asked.words).problems)
    try:
        with search.in_time():
            found = _by_meaning(asked, now) if by == "meaning" and asked.words else _by_words(asked, now, after, limit)
    except search.TooSlow as error:
        nobody = Listing((), "", 0, asked.sort)
        return Results((), nobody, by, problems=(*problems, str(error)))
    return replace(found, problems=(*problems, *(p for p in found.listing.problems if p not in problems)))


NOTHING = Results((), Listing((), "", 0, ""), "words")
