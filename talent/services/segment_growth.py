"""How segments grew and shrank lately, and who came and went, from the event log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from crm.models import Event
from talent.choices import MembershipCause
from talent.events import SEGMENT_ENTERED, SEGMENT_LEFT
from talent.filters.clock import here
from talent.models import Segment
from talent.models.candidate import display_names

DAYS = 30
WIDE, HIGH = 96, 24  # of the line that is drawn, in its own units


@dataclass(frozen=True)
class Growth:
    """How many entered and left in the last DAYS days; `line` is the size at the end of each day, the oldest first."""

    entered: int = 0
    left: int = 0
    line: Sequence[int] = ()

    @property
    def net(self) -> int:
        return self.entered - self.left

    @property
    def points(self) -> str:
        """The line as points of an SVG polyline; a size that never changed lies in the middle."""
        low, span = min(self.line, default=0), max(self.line, default=0) - min(self.line, default=0)
        step = WIDE / max(1, len(self.line) - 1)
        heights = [HIGH / 2 if span == 0 else HIGH - 2 - (n - low) / span * (HIGH - 4) for n in self.line]
        return " ".join(f"{x * step:.1f},{y:.1f}" for x, y in enumerate(heights))


@dataclass(frozen=True)
class Move:
    """Somebody who entered a segment, or left it."""

    candidate_id: UUID
    name: str
    entered: bool
    at: datetime
    cause: str


def _line(size: int, net: Mapping[date, int], today: date) -> list[int]:
    """Sizes of the last DAYS days, walked back from today's."""
    sizes = [size]
    for ago in range(DAYS - 1):
        sizes.append(max(0, sizes[-1] - net.get(today - timedelta(days=ago), 0)))
    return sizes[::-1]


def of(segments: Iterable[Segment], *, now: datetime) -> dict[UUID, Growth]:
    """The growth of some segments, in one statement; days are the tenant's."""
    clock = here(now)
    rows = (
        Event.objects.filter(kind__in=[SEGMENT_ENTERED, SEGMENT_LEFT], occurred_at__gte=clock.ago(DAYS - 1))
        .order_by()
        .values("subject_id", day=TruncDate("occurred_at", tzinfo=clock.zone))
        .annotate(entered=Count("pk", filter=Q(kind=SEGMENT_ENTERED)), left=Count("pk", filter=Q(kind=SEGMENT_LEFT)))
    )
    moved: dict[UUID, dict[date, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        moved[row["subject_id"]][row["day"]] = (row["entered"], row["left"])
    return {one.pk: _grown(one, moved[one.pk], clock.today) for one in segments}


def _grown(segment: Segment, days: Mapping[date, tuple[int, int]], today: date) -> Growth:
    net = {day: entered - left for day, (entered, left) in days.items()}
    entered, left = (sum(pair[n] for pair in days.values()) for n in (0, 1))
    return Growth(entered, left, _line(segment.size, net, today))


def lately(*, segment: Segment, now: datetime, limit: int = 12) -> list[Move]:
    """Who entered or left in the last DAYS days, the latest first, from the event log."""
    rows = Event.objects.filter(
        kind__in=[SEGMENT_ENTERED, SEGMENT_LEFT], subject_id=segment.pk, occurred_at__gte=now - timedelta(days=DAYS)
    )
    found = [e for e in rows.order_by("-occurred_at", "-pk")[:limit] if e.candidate_id]
    names = display_names([e.candidate_id for e in found if e.candidate_id])
    causes = dict(MembershipCause.choices)
    return [
        Move(e.candidate_id, names[e.candidate_id], e.kind == SEGMENT_ENTERED, e.occurred_at, causes[e.data["cause"]])
        for e in found
        if e.candidate_id in names
    ]
