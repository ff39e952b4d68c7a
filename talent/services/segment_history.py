"""Who was in a segment when, from the intervals of membership."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from talent.filters.clock import here
from talent.models import Segment, SegmentMembership


@dataclass(frozen=True)
class Then:
    """A segment as it was at a moment: how many, and the people known last first."""

    at: datetime
    size: int
    people: Sequence[SegmentMembership]


FIRST, LAST = date(2000, 1, 1), date(2200, 12, 31)
OUT_OF_REACH = "Give a day from 2000 on."


def end_of(day: date, now: datetime) -> datetime:
    """The end of a day by the workspace's clock; now, where it is not over."""
    clock = here(now)
    return min(clock.after(day), clock.now)


def members_at(segment: Segment, at: datetime) -> QuerySet[SegmentMembership]:
    """The memberships that were open at a moment."""
    inside = Q(left_at=None) | Q(left_at__gt=at)
    return SegmentMembership.objects.filter(inside, segment=segment, entered_at__lte=at)


def then(*, segment: Segment, at: datetime, after: UUID | None = None, limit: int = 51) -> Then:
    """Who was in, with the cause of each entry and departure."""
    rows = members_at(segment, at)
    shown = rows.filter(candidate_id__lt=after) if after else rows
    people = shown.select_related("candidate").order_by("-candidate_id")[:limit]
    return Then(at, rows.count(), list(people))


def of_person(*, segment: Segment, candidate_id: UUID) -> list[SegmentMembership]:
    """Every time that a person was in a segment, the latest first."""
    return list(SegmentMembership.objects.filter(segment=segment, candidate_id=candidate_id).order_by("-entered_at"))
