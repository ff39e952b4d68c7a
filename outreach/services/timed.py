"""Automation rules that wait for a day: a date that comes near or is past, months of silence, a consent that ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet

from outreach.models import AutomationRule
from outreach.services.triggers import TRIGGERS
from talent.filters import catalogue
from talent.filters.clock import Clock
from talent.filters.compile import where
from talent.filters.tree import Condition, Range
from talent.models import ConsentRecord, FencedCandidate

Settings = Mapping[str, Any]
Find = Callable[[Settings, date, date, Clock], QuerySet[FencedCandidate]]

MOST_DAYS, MOST_MONTHS = 3650, 120
CAUGHT_UP = 31  # days that are looked at afterwards, when no worker ran
EARLIER = "before"
SPOKE = "last_two_way"


def number(settings: Settings, name: str, most: int) -> int | None:
    """A whole number from 0 to `most` among the settings, which a machine may have written; else None."""
    try:
        found = int(settings.get(name) or 0)
    except (TypeError, ValueError):
        return None
    return found if 0 <= found <= most else None


def date_fields() -> list[tuple[str, str]]:
    """(name, label) of what is known of people and is a day or a moment; the workspace's own fields included."""
    return [(one.name, one.label) for one in catalogue.every() if one.type == "moment"]


def missing(trigger: str, settings: Settings) -> str:
    """What a rule about days lacks, in a sentence; empty when nothing."""
    if trigger == "date" and not _is_date(str(settings.get("date_field", ""))):
        return "Choose the date."
    if trigger == "silent" and not number(settings, "months", MOST_MONTHS):
        return f"Say after how many months of silence: 1 to {MOST_MONTHS}."
    if trigger in ("date", "consent_expiring") and number(settings, "days", MOST_DAYS) is None:
        return f"The days are a whole number up to {MOST_DAYS}."
    return ""


def _is_date(name: str) -> bool:
    found = catalogue.known(name)
    return found is not None and found.type == "moment"


def _on(name: str, low: date, high: date, clock: Clock) -> QuerySet[FencedCandidate]:
    """Whose day of that name is one of these."""
    return FencedCandidate.objects.filter(where(Condition(name, "between", Range(low, high)), clock))


def _dated(settings: Settings, since: date, today: date, clock: Clock) -> QuerySet[FencedCandidate]:
    days = timedelta(days=number(settings, "days", MOST_DAYS) or 0)
    shift = days if settings.get("side") == EARLIER else -days
    return _on(str(settings["date_field"]), since + shift + timedelta(days=1), today + shift, clock)


def _silent(settings: Settings, since: date, today: date, clock: Clock) -> QuerySet[FencedCandidate]:
    months = relativedelta(months=number(settings, "months", MOST_MONTHS) or 0)
    return _on(SPOKE, since - months + timedelta(days=1), today - months, clock)


def _expiring(settings: Settings, since: date, today: date, clock: Clock) -> QuerySet[FencedCandidate]:
    days = timedelta(days=number(settings, "days", MOST_DAYS) or 0)
    ends = ConsentRecord.objects.newest().valid(clock.now)
    ends = ends.filter(expires_at__gte=clock.after(since + days), expires_at__lt=clock.after(today + days))
    return FencedCandidate.objects.filter(pk__in=ends.values("candidate"))


_FIND: dict[str, Find] = {"date": _dated, "silent": _silent, "consent_expiring": _expiring}
OF_DAYS = frozenset(key for key, trigger in TRIGGERS.items() if trigger.is_of_days)


def people(rule: AutomationRule, since: date, today: date, clock: Clock) -> QuerySet[FencedCandidate]:
    """Whose day came after `since`, up to today; nobody for a rule that lacks what its days need."""
    if missing(rule.trigger, rule.settings):
        return FencedCandidate.objects.none()
    return _FIND[rule.trigger](rule.settings, since, today, clock)
