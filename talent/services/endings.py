"""Bans on contact and off-limits entries that end by themselves: nobody acts then, so a sweep tells of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from crm import events
from crm.actors import SYSTEM
from crm.events import Subject
from crm.models import Event
from crm.services.everywhere import in_each
from talent.events import CONTACT_BAN_EXPIRED, FIELDS_CHANGED
from talent.models import ContactBan, OffLimitsCompany
from talent.services import field_changes

BAN, LISTED = "talent.contactban", "talent.offlimitscompany"


@transaction.atomic
def tell(*, now: datetime, limit: int = 1000) -> int:
    """Publish, once each, what ran out in the current tenant; returns how many events were written."""
    return _bans(now, limit) + _off_limits(now, limit)


def _bans(now: datetime, limit: int) -> int:
    told = Event.objects.filter(
        kind=CONTACT_BAN_EXPIRED, candidate_id=OuterRef("candidate_id"), subject_id=OuterRef("pk")
    )
    rows = list(ContactBan.objects.over(now).filter(~Exists(told)).order_by("until", "pk")[:limit])
    events.publish_many([_expired(row) for row in rows])
    return len(rows)


def _expired(row: ContactBan) -> Event:
    assert row.until is not None
    return events.build(
        CONTACT_BAN_EXPIRED,
        candidate=row.candidate_id,
        occurred_at=row.until,
        actor=SYSTEM,
        subject=Subject(BAN, row.pk),
        data={"reason": row.reason, "scope": row.scope},
    )


def _off_limits(now: datetime, limit: int) -> int:
    """An entry may be given another end: each end is told of."""
    told = Event.objects.filter(kind=FIELDS_CHANGED, subject_id=OuterRef("pk"), occurred_at=OuterRef("until"))
    rows = list(OffLimitsCompany.objects.over(now).filter(~Exists(told)).order_by("until", "pk")[:limit])
    for row in rows:
        field_changes.tell("off_limits", by=SYSTEM, about=Subject(LISTED, row.pk), at=row.until)
    return len(rows)


def tell_everywhere(*, now: datetime) -> int:
    """The same in every active tenant, each in a transaction of its own."""
    return in_each(lambda: tell(now=now))
