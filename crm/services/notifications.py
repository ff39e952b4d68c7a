"""Tells members what they should look at, inside the product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from crm import together
from crm.actors import Actor
from crm.models import Member, Notification
from crm.paging import Order, moment
from crm.together import Count

LATEST = Order("created_at", descending=True, parse=moment)


def tell(*, members: Iterable[UUID], kind: str, text: str, url: str, by: Actor) -> int:
    """A notification for each of these members but the one who acts; returns how many. `url` is a path."""
    wanted = {pk for pk in members if pk != by.id}
    rows = [Notification(member_id=pk, kind=kind, text=text[:300], url=url, by_label=by.label) for pk in wanted]
    Notification.objects.bulk_create(rows)
    return len(rows)


def of(member: Member) -> QuerySet[Notification]:
    """A member's notifications."""
    return Notification.objects.of(member)


def unread(member: Member) -> int:
    return together.count(unread_of(member.pk))


@together.planned
def unread_of(member_id: UUID) -> Count:
    return Count(Notification.objects.filter(member_id=member_id).unread())


def mark_read(*, member: Member, now: datetime, ids: Iterable[UUID] | None = None) -> int:
    """Mark some, or all, as read; returns how many were not."""
    rows = Notification.objects.of(member)
    return (rows if ids is None else rows.filter(pk__in=list(ids))).mark_read(now)
