"""Shows why somebody was found: the passage with the words in it, and the words marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, FloatField, Func, Value, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString

from talent.choices import PassageKind
from talent.models import FencedPassage, Passage
from talent.search.compile import found_in, tsquery
from talent.search.grammar import Node
from talent.search.marking import marked


@dataclass(frozen=True)
class Snippet:
    """A few words of a passage, safe to print, and where they stand (`origin` is the key of the note or document)."""

    html: SafeString
    source: str
    origin: UUID


def of_words(node: Node | None, ids: Sequence[UUID]) -> dict[UUID, Snippet]:
    """For each of a page of people the passage that has the words most, with the words marked."""
    if node is None or not ids:
        return {}
    query = tsquery(node)
    rank = Func(F("search"), query, Value(32), function="ts_rank", output_field=FloatField())
    place = Window(RowNumber(), partition_by=F("candidate_id"), order_by=[rank.desc(), F("pk").asc()])
    hits = FencedPassage.objects.filter(candidate__in=ids).filter(found_in(F("search"), query)).annotate(place=place)
    found = hits.filter(place=1).values_list("candidate_id", "text", "kind", "origin")
    return {
        person: Snippet(marked(text, node), PassageKind(kind).label, origin) for person, text, kind, origin in found
    }


def of_passages(ids: Sequence[UUID], node: Node | None = None) -> dict[UUID, Snippet]:
    """Passages by key: evidence of what is near in meaning; the words of `node` are marked."""
    rows = Passage.objects.filter(pk__in=ids).values_list("pk", "text", "kind", "origin")
    return {pk: Snippet(marked(text, node), PassageKind(kind).label, origin) for pk, text, kind, origin in rows}
