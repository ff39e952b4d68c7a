"""The fields about what people told us: facts, promises and questions that stand, and how they like to be contacted."""

from __future__ import annotations

import functools
from calendar import day_name
from datetime import time
from typing import Any

import pycountry
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, Func, Q, QuerySet, Value, When

from talent import tongues
from talent.choices import Address, Channel, FactKind
from talent.filters import options, phrases
from talent.filters.catalogue import Choice, Field
from talent.filters.clock import Clock
from talent.models import CandidateFact, ContactPreference

GROUP = "Facts and wishes"
# Parts of a day: (key, name, from, until); the last one ends with the day.
PARTS_OF_DAY = (
    ("morning", "In the morning, before 12:00", time(0), time(12)),
    ("afternoon", "In the afternoon, 12:00 to 17:00", time(12), time(17)),
    ("evening", "In the evening, after 17:00", time(17), None),
)


def _standing(rows: Any, clock: Clock) -> QuerySet[Any]:
    """What is neither settled nor out of date on the tenant's day."""
    found: QuerySet[Any] = rows.standing(clock.today)
    return found


def _paused(rows: QuerySet[Any], clock: Clock) -> QuerySet[Any]:
    return rows.filter(paused_until__gt=clock.today)


@functools.cache
def _languages() -> list[Choice]:
    """ISO 639-1 codes with their English names."""
    codes = sorted(one.alpha_2 for one in pycountry.languages if hasattr(one, "alpha_2"))
    return sorted((Choice(code, tongues.name(code)) for code in codes), key=lambda c: c.label)


def _weekdays() -> list[Choice]:
    return [Choice(str(number), name) for number, name in enumerate(day_name, 1)]


def _parts() -> list[Choice]:
    return [Choice(key, name) for key, name, _, _ in PARTS_OF_DAY]


def _overlaps(begin: time, end: time | None) -> Q:
    """Whether the hours somebody prefers lie in a part of the day, if only partly; a missing end is open."""
    starts = Q(hours_from=None) | Q(hours_from__lt=end) if end else Q()
    return starts & (Q(hours_until=None) | Q(hours_until__gt=begin))


def _preferred_parts() -> QuerySet[Any]:
    """Who prefers some hours, with the `parts` of the day that they touch."""
    asked = [
        When(_overlaps(begin, end) & ~Q(hours_from=None, hours_until=None), then=Value(key))
        for key, _, begin, end in PARTS_OF_DAY
    ]
    each = [Case(one, default=None, output_field=CharField()) for one in asked]
    template = "array_remove(ARRAY[%(expressions)s]::varchar[], NULL)"
    parts = Func(*each, template=template, output_field=ArrayField(CharField()))
    return ContactPreference.objects.exclude(hours_from=None, hours_until=None).annotate(parts=parts)


def _preferring(column: str) -> QuerySet[Any]:
    """The people who said something there."""
    return ContactPreference.objects.exclude(**{column: ""})


STATED = (
    Field(
        "fact",
        "Facts and promises",
        "words",
        phrases.long_text(
            "with a fact that says",
            "without a fact that says",
            missing="of whom no fact stands",
            there="of whom some fact stands",
        ),
        rows=lambda: CandidateFact.objects.all(),
        as_of=_standing,
        column="text",
        timed=True,
        group=GROUP,
    ),
    Field(
        "fact_stated",
        "Fact said",
        "moment",
        {
            "in_last": "with a fact said in the last {days}",
            "not_in_last": "without a fact said in the last {days}",
            "on_or_after": "with a fact said on or after {date}",
            "before": "with a fact said before {date}",
            "between": "with a fact said between {range}",
        },
        rows=lambda: CandidateFact.objects.all(),
        as_of=_standing,
        column="stated_on",
        dated=True,
        timed=True,
        group=GROUP,
    ),
    Field(
        "fact_until",
        "Fact holds until",
        "moment",
        {
            "in_next": "with a fact that runs out in the next {ahead}",
            "on_or_after": "with a fact that holds until {date} or longer",
            "before": "with a fact that runs out before {date}",
            "between": "with a fact that runs out between {range}",
            "is_empty": "without a fact that runs out",
            "is_not_empty": "with a fact that runs out some day",
        },
        rows=lambda: CandidateFact.objects.filter(valid_until__isnull=False),
        as_of=_standing,
        column="valid_until",
        dated=True,
        timed=True,
        group=GROUP,
    ),
    Field(
        "open_promise",
        "Open promise",
        "flag",
        {"is_true": "to whom we promised something that is still open", "is_false": "to whom no promise is open"},
        rows=lambda: CandidateFact.objects.filter(kind=FactKind.PROMISE),
        as_of=_standing,
        timed=True,
        group=GROUP,
    ),
    Field(
        "open_question",
        "Open question",
        "flag",
        {"is_true": "with a question that is still open", "is_false": "without an open question"},
        rows=lambda: CandidateFact.objects.filter(kind=FactKind.QUESTION),
        as_of=_standing,
        timed=True,
        group=GROUP,
    ),
)

WISHES = (
    Field(
        "preferred_channel",
        "Preferred channel",
        "choice",
        phrases.choice(
            "who like to be reached by {quoted or}",
            "who did not ask to be reached by {quoted or}",
            "who did not say how they like to be reached",
            "who said how they like to be reached",
        ),
        rows=lambda: _preferring("channel"),
        column="channel",
        choices=lambda: options.listed(Channel),
        group=GROUP,
    ),
    Field(
        "preferred_time",
        "Preferred time of day",
        "choice",
        phrases.choice(
            "who like to be reached {quoted or}",
            "who did not ask to be reached {quoted or}",
            "who did not say at what hours they like to be reached",
            "who said at what hours they like to be reached",
        ),
        rows=_preferred_parts,
        column="parts",
        is_array=True,
        choices=_parts,
        group=GROUP,
    ),
    Field(
        "preferred_day",
        "Preferred day of the week",
        "choice",
        phrases.choice(
            "who like to be reached on {quoted or}",
            "who did not ask to be reached on {quoted or}",
            "who did not say on what days they like to be reached",
            "who said on what days they like to be reached",
        ),
        rows=lambda: ContactPreference.objects.exclude(weekdays=[]),
        column="weekdays",
        is_array=True,
        choices=_weekdays,
        group=GROUP,
    ),
    Field(
        "preferred_language",
        "Preferred language",
        "choice",
        phrases.choice(
            "who like to be written to in {quoted or}",
            "who did not ask to be written to in {quoted or}",
            "who did not say in what language they like to be written to",
            "who said in what language they like to be written to",
        ),
        rows=lambda: _preferring("language"),
        column="language",
        choices=_languages,
        group=GROUP,
    ),
    Field(
        "form_of_address",
        "Form of address",
        "choice",
        phrases.choice(
            "who like to be addressed {quoted or}",
            "who did not ask to be addressed {quoted or}",
            "who did not say how they like to be addressed",
            "who said how they like to be addressed",
        ),
        rows=lambda: _preferring("address"),
        column="address",
        choices=lambda: options.listed(Address),
        group=GROUP,
    ),
    Field(
        "paused",
        "Asked for a pause",
        "flag",
        {"is_true": "who asked for a pause that still lasts", "is_false": "without a pause that still lasts"},
        rows=lambda: ContactPreference.objects.filter(paused_until__isnull=False),
        as_of=_paused,
        timed=True,
        group=GROUP,
    ),
    Field(
        "paused_until",
        "Pause ends",
        "moment",
        phrases.future(
            "who asked for a pause that ends",
            missing="who never asked for a pause",
            there="who asked for a pause at some time",
        ),
        rows=lambda: ContactPreference.objects.filter(paused_until__isnull=False),
        column="paused_until",
        dated=True,
        group=GROUP,
    ),
)

STATEMENT_FIELDS = (*STATED, *WISHES)
