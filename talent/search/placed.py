"""What the index of skills is asked of people with a skill at a place.

Beside the skills themselves it has each of them together with the person's state and country, as one entry: who knows
Python, is a lead and lives in Germany is found at once, where the lists of all who know Python, all leads and all of
Germany would be met. States are few, so that countries alone are asked state by state; a state alone is a beginning.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, TextField, Value
from django.db.models.lookups import IsNull

from talent.choices import RelationshipState

THEN = "\x1e"  # as in the function of the index
MOST = 64  # entries that are asked for at once
FEW = 4  # places at which several skills are asked for, each with the place: of one country in every state
Keys = Sequence[str]


@dataclass(frozen=True)
class Place:
    """How people stand and where they live; None where that is not asked."""

    states: Collection[str] | None = None
    countries: Collection[str] | None = None

    def endings(self) -> list[tuple[str, ...]]:
        """What follows a skill in the index, as far as it is asked."""
        if self.countries is None:
            return [] if self.states is None else [(state,) for state in sorted(self.states)]
        states = sorted(RelationshipState.values if self.states is None else self.states)
        return [(state, country) for state in states for country in sorted(self.countries)]

    def asked_of(self, groups: Sequence[Keys]) -> Place:
        """As much of it as is worth asking of skills, one of each group.

        Whoever stands somewhere is gathered before lists are met: with a second group its rarer skills are sooner met,
        unless the places are few.
        """
        for place in (self, Place(self.states)):
            is_exact, places = place.countries is not None, len(place.endings())
            is_short = 0 < places * sum(map(len, groups)) <= MOST
            if is_short and (len(groups) == 1 or (is_exact and places <= FEW)):
                return place
        return Place()


def _entry(skill: str, ending: tuple[str, ...]) -> str:
    is_whole = len(ending) == 2
    text = THEN.join((skill, *ending) if is_whole else (skill, *ending, ""))
    quoted = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'" if is_whole else f"'{quoted}':*"


def _query(groups: Sequence[Keys], place: Place) -> str:
    """A tsquery: of each group one skill at least."""
    endings = place.endings()
    return " & ".join(f"({' | '.join(_entry(skill, end) for skill in group for end in endings)})" for group in groups)


def having(groups: Sequence[Keys], place: Place, plain: Q) -> Q:
    """People who have one skill at least of each group, at a place.

    `plain` says the same of a person's columns: it is looked at first where somebody comes by another way than the
    index. It is so written that its share of all people is not counted once more, and no other index is asked for it.
    """
    entries = Func(F("skill_keys"), F("state"), F("country"), function="app.placed_skills", output_field=TextField())
    asked = Func(
        entries,
        Value(_query(groups, place)),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    known = Func(ExpressionWrapper(plain, BooleanField()), Value(False), function="NULLIF", output_field=BooleanField())
    return Q(IsNull(known, False)) & Q(asked)
