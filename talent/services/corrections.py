""" "Did you mean": words that were found nowhere, and the skill or name that was probably meant."""

from __future__ import annotations

from django.db.models import F, FloatField, Func, TextField, Value
from django.db.models.functions import Cast

from talent.models import Skill
from talent.search import grammar
from talent.search.marking import folded
from talent.services import search

LIKE = 0.4  # share of trigrams that a skill must have in common
MOST_WORDS = 4


def _plain(expression: F | Value) -> Func:
    return Func(expression, function="app.plain", output_field=TextField())


def _skill(word: str) -> str:
    """The skill that is spelled most alike, or nothing."""
    alike = Func(_plain(F("name")), _plain(Value(word)), function="similarity", output_field=FloatField())
    near = Skill.objects.annotate(alike=Cast(alike, FloatField())).filter(alike__gt=LIKE)
    return near.order_by("-alike", "name").values_list("name", flat=True).first() or ""


def _part_of_name(word: str) -> str:
    """The part of somebody's name that is spelled most alike, or nothing."""
    near = search.similar(word).order_by(F("score").desc(), "pk")
    name = near.values_list("name", flat=True).first()
    parts = name.split() if name else []
    return max(
        parts, key=lambda part: len(set(folded(part)) & set(folded(word))) - abs(len(part) - len(word)), default=""
    )


def better(words: str) -> str:
    """The same search with misspelt words put right; nothing when that would find nobody either."""
    changed = words
    for word in list(grammar.words(search.read(words).node))[:MOST_WORDS]:
        if word.field not in ("", "skill", "name") or len(word.text) < 4 or search.find(word.text).exists():
            continue
        meant = _part_of_name(word.text) if word.field == "name" else _skill(word.text) or _part_of_name(word.text)
        if meant and folded(meant) != folded(word.text):
            safe = f'"{meant}"' if " " in meant and not word.is_phrase else meant
            changed = changed.replace(word.text, safe, 1)
    return changed if changed != words and search.find(changed).exists() else ""
