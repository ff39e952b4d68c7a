"""Words as a rule of the filter language, where the rule can say the same: for "Save as segment"."""

from __future__ import annotations

from typing import Any

from talent.filters import catalogue
from talent.identity import skill_key
from talent.models import Source, Tag
from talent.search.compile import country_codes
from talent.search.grammar import Both, Either, Near, Node, Without, Word

Rule = dict[str, Any]


def _condition(field: str, op: str, value: object) -> Rule | None:
    known = catalogue.fields.get(field)
    return {"field": field, "op": op, "value": value} if known and op in known.operators and value else None


def _word(word: Word) -> Rule | None:
    text = word.text
    match word.field:
        case "skill" if not word.begins:
            return _condition("skill", "is_any_of", [skill_key(text)])
        case "title":
            return _condition("title", "contains", text)
        case "country":
            return _condition("country", "is_any_of", country_codes(text))
        case "tag":
            return _condition("tag", "is_any_of", [str(pk) for pk in _named(Tag, text)])
        case "source":
            return _condition("source", "is_any_of", [str(pk) for pk in _named(Source, text)])
        case _:
            return None


def _named(model: type[Tag] | type[Source], text: str) -> list[object]:
    return list(model.objects.filter(name__icontains=text).values_list("pk", flat=True)[:50])


def of(node: Node | None) -> Rule | None:
    """The JSON of a rule that finds the same people; None when some word has no field that rules know."""
    match node:
        case Word():
            return _word(node)
        case Without(inner):
            rule = of(inner)
            return {"not": rule} if rule else None
        case Both(nodes) | Either(nodes):
            rules = [of(one) for one in nodes]
            return {"all" if isinstance(node, Both) else "any": rules} if all(rules) else None
        case Near() | None:
            return None
