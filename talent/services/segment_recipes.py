"""Segments to begin with: questions that every recruiter asks, as rules that work in an empty workspace already."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from talent.choices import JobSearchStatus, Warmth
from talent.services import silver


@dataclass(frozen=True)
class Recipe:
    """A rule with a name and what it is good for; `key` names it in an address."""

    key: str
    icon: str
    name: str
    text: str
    rule: Mapping[str, Any]

    def as_form(self) -> dict[str, str]:
        """How the builder begins with it."""
        return {"name": self.name, "description": self.text, "rule": json.dumps(self.rule)}


def _asks(field: str, op: str, value: object = None) -> dict[str, object]:
    return {"field": field, "op": op, "value": value}


def _long(count: int, unit: str = "months") -> dict[str, object]:
    return {"count": count, "unit": unit}


RECIPES = (
    Recipe(
        "silver",
        "medal",
        silver.NAME,
        silver.DESCRIPTION,
        silver.RULE,
    ),
    Recipe(
        "warm-silent",
        "flame",
        "Warm but silent for six months",
        "They click and look around, but no word has gone both ways lately.",
        {
            "all": [
                _asks("warmth", "is_any_of", [str(int(Warmth.WARM)), str(int(Warmth.ENGAGED))]),
                _asks("last_two_way", "not_in_last", _long(6)),
            ]
        },
    ),
    Recipe(
        "looking",
        "search",
        "Looking, and nobody wrote",
        "We talked within two years, they look for work or are open to offers, and have not heard from us for a month.",
        {
            "all": [
                _asks("job_search", "is_any_of", [JobSearchStatus.LOOKING.value, JobSearchStatus.OPEN.value]),
                _asks("last_two_way", "in_last", _long(24)),
                _asks("last_contacted", "not_in_last", _long(1)),
            ]
        },
    ),
    Recipe(
        "unowned",
        "user-round-x",
        "Answered us, and nobody looks after them",
        "They wrote back within a year, and no colleague owns the relationship.",
        {"all": [_asks("last_replied", "in_last", _long(12)), _asks("owner", "is_empty")]},
    ),
    Recipe(
        "consent",
        "hourglass",
        "Consent runs out while we talk",
        "We spoke within two years, and their consent ends in the next 90 days: ask before it is gone.",
        {"all": [_asks("consent_ends", "is_not_empty"), _asks("last_two_way", "in_last", _long(24))]},
    ),
)


def find(key: str) -> Recipe | None:
    """The recipe of that key."""
    return next((one for one in RECIPES if one.key == key), None)


def unused(names: Collection[str]) -> list[Recipe]:
    """Those that are no segment yet, of a workspace whose segments have these names."""
    return [one for one in RECIPES if one.name not in names]
