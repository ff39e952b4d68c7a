"""Days on which no mail goes: public holidays by country, and what a workspace adds to them or takes away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from uuid import UUID

import holidays
from django.db import IntegrityError, transaction

from crm.actors import Actor
from crm.services import audit
from outreach.models import DayOff
from talent.services import places


class NotADayOff(ValueError):
    """The day cannot be put into the calendar; the message says why."""


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    """{IANA time zone: the country that most of its towns are in}."""
    towns: dict[str, Counter[str]] = defaultdict(Counter)
    for town in places.all_cities():
        towns[town["timezone"]][town["countrycode"]] += 1
    return {zone: counted.most_common(1)[0][0] for zone, counted in towns.items()}


def country_of(zone: str) -> str:
    """ISO 3166-1 alpha-2 code of a time zone's country; "" where it has none (UTC, zones at sea)."""
    return _countries().get(zone, "")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


@lru_cache(maxsize=2048)
def public(country: str, year: int) -> Mapping[date, str]:
    """{day: name} of the public holidays that hold in the whole of a country; none for one that is not known."""
    if country not in _known():
        return {}
    return dict(holidays.country_holidays(country, years=year, language="en_US"))


@dataclass(frozen=True)
class DaysOff:
    """The days off in one country ("": in none, so the workspace's own alone)."""

    country: str = ""
    added: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether no mail goes on that day of the calendar there."""
        if day in self.added:
            return True
        return bool(self.country) and day not in self.opened and day in public(self.country, day.year)


NO_DAYS = DaysOff()


@dataclass(frozen=True)
class Calendar:
    """The workspace's own days by country ("": everywhere), read once for many people."""

    added: Mapping[str, frozenset[date]] = field(default_factory=dict)
    opened: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def of(self, country: str) -> DaysOff:
        def both(days: Mapping[str, frozenset[date]]) -> frozenset[date]:
            return days.get("", frozenset()) | days.get(country, frozenset())

        return DaysOff(country, both(self.added), both(self.opened))


def calendar_of(days: Iterable[DayOff]) -> Calendar:
    """The days that a workspace has in its calendar."""
    added: dict[str, set[date]] = defaultdict(set)
    opened: dict[str, set[date]] = defaultdict(set)
    for row in days:
        (opened if row.is_open else added)[row.country].add(row.day)
    return Calendar(*({c: frozenset(days) for c, days in kind.items()} for kind in (added, opened)))


def calendar() -> Calendar:
    """The current tenant's, in one query."""
    return calendar_of(DayOff.objects.only("day", "country", "is_open"))


@transaction.atomic
def add(*, day: date, by: Actor, name: str = "", country: str = "", is_open: bool = False) -> DayOff:
    """Take a day off, in one country or everywhere ("") ; with `is_open` let mails go although it is a holiday.

    Raises NotADayOff for one that is in the calendar already.
    """
    row = DayOff(day=day, country=country, name=name, is_open=is_open)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NotADayOff("This day is in your calendar already. Remove it first.") from error
    audit.record(
        action="day_off.add",
        by=by,
        object_type="outreach.dayoff",
        object_id=row.pk,
        facts={"day": day.isoformat(), "country": country, "open": is_open},
    )
    return row


@transaction.atomic
def remove(*, key: UUID, by: Actor) -> None:
    """The day is as the public calendar has it again."""
    row = DayOff.objects.filter(pk=key).first()
    if row is not None:
        facts = {"day": row.day.isoformat(), "country": row.country, "open": row.is_open}
        row.delete()
        audit.record(action="day_off.remove", by=by, object_type="outreach.dayoff", object_id=key, facts=facts)
