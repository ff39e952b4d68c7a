"""Conditions that must all hold: those on skills, states and countries are asked of one index together."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from django.db.models import Q

from talent.choices import RelationshipState
from talent.filters import catalogue
from talent.filters.clock import Clock
from talent.filters.leaves import keys_named, leaf, rated_well, values_of, with_keys
from talent.filters.tree import Condition
from talent.search import placed
from talent.search.placed import Keys, Place

SKILLS, STATE, COUNTRY = "skill_keys", "state", "country"


@dataclass(frozen=True)
class Held:
    """A condition that must be true, or false."""

    condition: Condition
    truth: bool

    def where(self, clock: Clock) -> Q:
        return leaf(self.condition, clock, self.truth)

    def allowed(self, column: str) -> Collection[str] | None:
        """The values of a column that fulfil it; None when it asks something else, or when they have no end."""
        field = catalogue.field(self.condition.field)
        op, holds = catalogue.positive(field, self.condition.op)
        if field.rows is not None or field.column != column or op != "is_any_of":
            return None
        named = set(field.expanded(tuple(values_of(self.condition))))
        if holds is self.truth:
            return named
        return set(RelationshipState.values) - named if column == STATE else None


@dataclass(frozen=True)
class _Skills:
    """What is asked of skills: one of each group, which `plain` says of the column. `more` is what other rows say."""

    groups: Sequence[Keys]
    plain: Q
    more: Q


def _skills(held: Held, clock: Clock) -> _Skills | None:
    condition, field = held.condition, catalogue.field(held.condition.field)
    op, holds = catalogue.positive(field, condition.op)
    if field.column != SKILLS or op == "is_not_empty" or holds is not held.truth:
        return None
    wanted = keys_named(field, condition)
    keys = list(map(str, wanted))
    groups = [[key] for key in keys] if op == "is_all_of" else [keys]
    return _Skills(groups, with_keys(field, op, wanted), rated_well(field, op, condition, wanted, clock))


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(operator.and_, conditions, Q())


def _common(allowed: Iterable[Collection[str] | None]) -> Collection[str] | None:
    """What all of them allow that say something."""
    said = [set(values) for values in allowed if values is not None]
    return set.intersection(*said) if said else None


def every(conditions: Sequence[Held], clock: Clock) -> Q:
    """The people for whom all of these hold."""
    found = [(one, _skills(one, clock)) for one in conditions]
    skills, others = [asked for _, asked in found if asked], [one for one, asked in found if not asked]
    states, countries = ([one.allowed(column) for one in others] for column in (STATE, COUNTRY))
    groups = [group for asked in skills for group in asked.groups]
    place = Place(_common(states), _common(countries)).asked_of(groups)
    known, left = [asked.plain for asked in skills], [asked.more for asked in skills]
    for one, state, country in zip(others, states, countries, strict=True):
        is_asked = (state is not None and place.states is not None) or (
            country is not None and place.countries is not None
        )
        (known if is_asked else left).append(one.where(clock))
    return _all([placed.having(groups, place, _all(known)) if place.endings() else _all(known), *left])
