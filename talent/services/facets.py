"""What the people found are like: how many have which skill, country, seniority, source and owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from crm.models import Member
from talent.choices import Seniority
from talent.models import FencedCandidate, Skill, Source
from talent.services import places

COUNTED = 5000  # people that are looked at; of more, the counts are of a part
SHOWN = 6


@dataclass(frozen=True)
class Count:
    """A value, and how many of the people looked at have it. `param` and `value` narrow the search to them."""

    label: str
    count: int
    param: str
    value: str


@dataclass(frozen=True)
class Facet:
    """The most frequent values of one property."""

    label: str
    counts: Sequence[Count]


@dataclass(frozen=True)
class Facets:
    """All properties; `of` is how many people were looked at, `is_part` when there are more."""

    facets: Sequence[Facet]
    of: int
    is_part: bool


def _facet(label: str, param: str, counted: Counter[Any], names: dict[Any, str]) -> Facet:
    common = [(value, n) for value, n in counted.most_common(SHOWN) if value in names]
    return Facet(label, [Count(names[value], n, param, str(value)) for value, n in common])


def of(people: QuerySet[FencedCandidate]) -> Facets:
    """Counts over the people, at most COUNTED of them."""
    columns = ("skill_keys", "country", "seniority", "source_id", "owner_id")
    rows = list(people.order_by().values_list(*columns)[: COUNTED + 1])
    seen = rows[:COUNTED]
    skills = Counter(key for row in seen for key in row[0])
    country, level, source, owner = (Counter(row[n] for row in seen if row[n]) for n in range(1, 5))
    keys = [key for key, _ in skills.most_common(SHOWN)]
    members = Member.objects.filter(pk__in=owner).select_related("user")
    facets = [
        _facet("Skills", "all_skills", skills, dict(Skill.objects.filter(key__in=keys).values_list("key", "name"))),
        _facet("Countries", "country", country, {code: places.country_name(code) for code in country}),
        _facet("Seniority", "", level, {int(one): str(one.label) for one in Seniority}),
        _facet("Sources", "source", source, dict(Source.objects.filter(pk__in=source).values_list("pk", "name"))),
        _facet("Owners", "owner", owner, {m.pk: str(m) for m in members}),
    ]
    return Facets([one for one in facets if one.counts], len(seen), len(rows) > COUNTED)
