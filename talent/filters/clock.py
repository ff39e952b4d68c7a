"""The moment and the zone in which a rule is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.relativedelta import relativedelta

from crm.models import Tenant
from crm.tenancy.context import current_tenant_id
from talent.filters.tree import Span


def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _length(span: int | Span) -> timedelta | relativedelta:
    if isinstance(span, int):
        return timedelta(days=span)
    return relativedelta(months=span.count) if span.unit == "months" else relativedelta(years=span.count)


@dataclass(frozen=True)
class Clock:
    """`now` is aware; `zone` is the tenant's. Days begin at the zone's midnight, so a rule's truth moves once a day."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The first moment of a day in the zone (clock changes included)."""
        return datetime.combine(day, time.min, tzinfo=self.zone)

    def day_ago(self, span: int | Span) -> date:
        """The day that "in the last ..." begins with. Months and years are the calendar's: 31 May less three months
        is the last of February."""
        return self.today - _length(span)

    def ago(self, span: int | Span) -> datetime:
        """The midnight that "in the last ..." begins at: 0 days is today."""
        return self.midnight(self.day_ago(span))

    def day_ahead(self, span: int | Span) -> date:
        """The last day of "in the next ..."."""
        return self.today + _length(span)

    def after(self, day: date) -> datetime:
        """The first moment after a day."""
        return self.midnight(day + timedelta(days=1))

    def anniversaries(self, days: int) -> list[str]:
        """The days of the year, "MM-DD", whose anniversary falls on today or the `days` days after it. Those born on
        29 February celebrate on the 28th in other years."""
        coming = [self.today + timedelta(days=n) for n in range(min(days, 365) + 1)]
        marks = {f"{day:%m-%d}" for day in coming}
        leap_less = any((d.month, d.day) == (2, 28) and (d + timedelta(days=1)).month == 3 for d in coming)
        return sorted(marks | {"02-29"} if leap_less else marks)


def here(now: datetime) -> Clock:
    """The clock of the current tenant."""
    return Clock(now, zone_named(Tenant.objects.get(pk=current_tenant_id()).time_zone))
