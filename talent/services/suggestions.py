"""Short lists of what exists, for inputs that suggest while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower, StrIndex

from talent.choices import SkillKind
from talent.filters.options import countries
from talent.identity import skill_key
from talent.models import Skill, Source, Tag

MOST = 30
Suggestion = dict[str, str]


def _best_first(rows: QuerySet[Any], column: str, words: str) -> QuerySet[Any]:
    """Those that hold the words, the earlier the better: what was written out stands first, its longer ones follow."""
    found = rows.filter(**{f"{column}__icontains": words})
    return found.order_by(StrIndex(Lower(column), Lower(Value(words))), column) if words else found


def _names(rows: QuerySet[Any]) -> list[Suggestion]:
    return [{"value": name, "label": name} for name in rows.values_list("name", flat=True)[:MOST]]


def _skills(words: str) -> list[Suggestion]:
    return _names(_best_first(Skill.objects.all(), "key", skill_key(words)))


def _languages(words: str) -> list[Suggestion]:
    return _names(_best_first(Skill.objects.filter(kind=SkillKind.LANGUAGE), "key", skill_key(words)))


def _tags(words: str) -> list[Suggestion]:
    rows = _best_first(Tag.objects.all(), "name", words).values_list("pk", "name")[:MOST]
    return [{"value": str(pk), "label": name} for pk, name in rows]


def _tag_names(words: str) -> list[Suggestion]:
    return _names(_best_first(Tag.objects.all(), "name", words))


def _sources(words: str) -> list[Suggestion]:
    rows = Source.objects.filter(name__icontains=words).values_list("pk", "name")[:MOST]
    return [{"value": str(pk), "label": name} for pk, name in rows]


def _countries(words: str) -> list[Suggestion]:
    found = [c for c in countries() if words.casefold() in c.label.casefold()][:MOST]
    return [{"value": c.value, "label": c.label} for c in found]


LISTS: dict[str, Callable[[str], list[Suggestion]]] = {
    "skills": _skills,
    "languages": _languages,
    "tags": _tags,
    "tag-names": _tag_names,
    "sources": _sources,
    "countries": _countries,
}


def find(*, what: str, words: str) -> list[Suggestion]:
    """At most MOST entries of one of LISTS whose name holds the words."""
    return LISTS[what](words.replace("\x00", "").strip())
