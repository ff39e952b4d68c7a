"""The moment and the zone in which a rule is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm.models import Tenant
from crm.tenancy.context import current_tenant_id


def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


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

    def days_ago(self, days: int) -> datetime:
        """The midnight that "in the last N days" begins at: N = 0 is today."""
        return self.midnight(self.today - timedelta(days=days))


def here(now: datetime) -> Clock:
    """The clock of the current tenant."""
    return Clock(now, zone_named(Tenant.objects.get(pk=current_tenant_id()).time_zone))
