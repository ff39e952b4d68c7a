"""Figures about people: how segments and the community grow; and the people behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from analytics.services.spans import Span
from talent.models import Candidate, Segment, SegmentMembership, Source

NONE = "none"
NO_SOURCE = "No source noted"


@dataclass(frozen=True)
class Series:
    """One segment or source, and its number for each week of the span."""

    id: UUID | None
    name: str
    numbers: Sequence[int]


def _moves(column: str, span: Span) -> dict[UUID, dict[date, int]]:
    """{segment: {Monday: how many moments of that column}} of all time before the span's end."""
    rows = SegmentMembership.objects.filter(**{f"{column}__lt": span.in_whole_weeks.end})
    weeks = rows.order_by().values("segment_id", week=TruncWeek(column, tzinfo=span.zone)).annotate(moves=Count("pk"))
    found: dict[UUID, dict[date, int]] = defaultdict(dict)
    for row in weeks:
        found[row["segment_id"]][row["week"].date()] = row["moves"]
    return found


def segments_by_week(span: Span) -> list[Series]:
    """The members of every segment at the end of each week, the largest first; three queries."""
    entered, left, mondays = _moves("entered_at", span), _moves("left_at", span), span.mondays
    found = []
    for segment in Segment.objects.all():
        net: dict[date, int] = defaultdict(int)
        for sign, moves in ((1, entered[segment.pk]), (-1, left[segment.pk])):
            for monday, number in moves.items():
                net[max(monday, mondays[0])] += sign * number
        found.append(Series(segment.pk, segment.name, list(accumulate(net[monday] for monday in mondays))))
    return sorted(found, key=lambda s: (-s.numbers[-1], s.name.casefold()))


def members_at(segment: Segment, moment: datetime) -> QuerySet[SegmentMembership]:
    """Who was in a segment just before a moment."""
    rows = SegmentMembership.objects.filter(segment=segment, entered_at__lt=moment)
    found: QuerySet[SegmentMembership] = rows.filter(Q(left_at=None) | Q(left_at__gte=moment))
    return found.select_related("candidate")


def newcomers_by_week(span: Span) -> list[Series]:
    """New people of each week by source, the most frequent source first; two queries."""
    rows = newcomers(span.in_whole_weeks).order_by()
    weeks = rows.values("source_id", week=TruncWeek("created_at", tzinfo=span.zone)).annotate(people=Count("pk"))
    counted: dict[UUID | None, dict[date, int]] = defaultdict(dict)
    for row in weeks:
        counted[row["source_id"]][row["week"].date()] = row["people"]
    names = dict(Source.objects.filter(pk__in=[k for k in counted if k]).values_list("pk", "name"))
    found = [
        Series(key, names[key] if key else NO_SOURCE, [by_week.get(monday, 0) for monday in span.mondays])
        for key, by_week in counted.items()
    ]
    return sorted(found, key=lambda s: (-sum(s.numbers), s.name.casefold()))


def newcomers(span: Span, source: str = "") -> QuerySet[Candidate]:
    """People added in the span. `source`: a key, NONE, or "" for all. Raises ValueError for a key that is none."""
    rows: QuerySet[Candidate] = Candidate.objects.filter(created_at__gte=span.begin, created_at__lt=span.end)
    if not source:
        return rows
    return rows.filter(source=None) if source == NONE else rows.filter(source_id=UUID(source))
