"""Short lists of what exists, for inputs that suggest while one types."""

from __future__ import annotations

from collections.abc import Callable

from talent.choices import SkillKind
from talent.filters.options import countries
from talent.identity import skill_key
from talent.models import Skill, Source, Tag

MOST = 30
Suggestion = dict[str, str]


def _skills(words: str) -> list[Suggestion]:
    rows = Skill.objects.filter(key__contains=skill_key(words)).values_list("name", flat=True)[:MOST]
    return [{"value": name, "label": name} for name in rows]


def _languages(words: str) -> list[Suggestion]:
    rows = Skill.objects.filter(kind=SkillKind.LANGUAGE, key__contains=skill_key(words)).values_list("name", flat=True)
    return [{"value": name, "label": name} for name in rows[:MOST]]


def _tags(words: str) -> list[Suggestion]:
    rows = Tag.objects.filter(name__icontains=words).values_list("pk", "name")[:MOST]
    return [{"value": str(pk), "label": name} for pk, name in rows]


def _tag_names(words: str) -> list[Suggestion]:
    rows = Tag.objects.filter(name__icontains=words).values_list("name", flat=True)[:MOST]
    return [{"value": name, "label": name} for name in rows]


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
