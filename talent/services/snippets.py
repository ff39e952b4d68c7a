"""Shows why somebody was found: the passage with the words in it, and the words marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, FloatField, Func, TextField, Value, Window
from django.db.models.functions import RowNumber
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from talent.choices import PassageKind
from talent.models import FencedPassage, Passage
from talent.search.compile import found_in, tsquery
from talent.search.grammar import Node

# Signs for private use; a text that holds them loses them first.
_OPEN, _CLOSE = "\ue000", "\ue001"
_LOOK = f"StartSel={_OPEN}, StopSel={_CLOSE}, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter= … "
_HEADLINE = "ts_headline('pg_catalog.simple', %(expressions)s)"
SHOWN = 280


@dataclass(frozen=True)
class Snippet:
    """A few words of a passage, safe to print, and where they stand."""

    html: SafeString
    source: str
    origin: UUID


def _marked(text: str) -> SafeString:
    """Escaped first; then the two signs become the only tags there are."""
    escaped = escape(text).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")
    return mark_safe(escaped)  # noqa: S308  # escaped in the line before


def _clean(text: str) -> str:
    return re.sub("[\ue000\ue001]", "", text)


def short(text: str) -> SafeString:
    """The beginning of a passage, without marks."""
    clean = _clean(text)
    return _marked(clean if len(clean) <= SHOWN else f"{clean[:SHOWN].rsplit(' ', 1)[0]} …")


def of_words(node: Node | None, ids: Sequence[UUID]) -> dict[UUID, Snippet]:
    """For each of a page of people the passage that has the words most, with the words marked."""
    if node is None or not ids:
        return {}
    query = tsquery(node)
    rank = Func(F("search"), query, Value(32), function="ts_rank", output_field=FloatField())
    place = Window(RowNumber(), partition_by=F("candidate_id"), order_by=[rank.desc(), F("pk").asc()])
    hits = FencedPassage.objects.filter(candidate__in=ids).filter(found_in(F("search"), query)).annotate(place=place)
    text = Func(F("text"), template="translate(%(expressions)s, E'\\uE000\\uE001', '')", output_field=TextField())
    head = Func(text, query, Value(_LOOK), template=_HEADLINE, output_field=TextField())
    found = hits.filter(place=1).annotate(head=head).values_list("candidate_id", "head", "kind", "origin")
    return {person: Snippet(_marked(text), PassageKind(kind).label, origin) for person, text, kind, origin in found}


def of_passages(ids: Sequence[UUID]) -> dict[UUID, Snippet]:
    """Passages by key, without marks: evidence of what is near in meaning."""
    rows = Passage.objects.filter(pk__in=ids).values_list("pk", "text", "kind", "origin")
    return {pk: Snippet(short(text), PassageKind(kind).label, origin) for pk, text, kind, origin in rows}
