"""How much a mailbox sends, and how fast: a cap for each of its days, a ramp towards it, a gap between two mails."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from outreach.choices import LEFT_STATES, MessageState
from outreach.models import Mailbox, OutboundMessage
from outreach.services.windows import workspace_zone

JITTER = 0.5  # a gap is up to half as long again
NO_KEY = UUID(int=0)


@dataclass(frozen=True)
class Pace:
    """The limits of one mailbox. `zone` is the clock whose midnight begins its day; `cap` None: no limit a day."""

    zone: str = "UTC"
    cap: int | None = None
    gap: timedelta = timedelta(0)
    warm_up_from: int = 0
    warm_up_step: int = 0
    warm_up_on: date | None = None

    @classmethod
    def of(cls, mailbox: Mailbox, zone: str) -> Pace:
        """`zone` is the workspace's, for a mailbox without one of its own."""
        return cls(
            mailbox.time_zone or zone,
            mailbox.daily_cap,
            timedelta(seconds=mailbox.gap_seconds),
            mailbox.warm_up_from or 0,
            mailbox.warm_up_step,
            mailbox.warm_up_on,
        )

    def allowed(self, day: date) -> int | None:
        """How many mails that day of the mailbox takes; None: any number."""
        if self.cap is None or self.warm_up_on is None:
            return self.cap
        grown = self.warm_up_from + self.warm_up_step * max(0, (day - self.warm_up_on).days)
        return min(self.cap, grown)

    def full_on(self) -> date | None:
        """The first day with the whole cap, of a mailbox that warms up."""
        if self.cap is None or self.warm_up_on is None or not self.warm_up_step:
            return None
        return self.warm_up_on + timedelta(days=max(0, -(-(self.cap - self.warm_up_from) // self.warm_up_step)))

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(_zone(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """When that day begins there (UTC); the earlier one of a midnight that comes twice."""
        return datetime.combine(day, time.min, _zone(self.zone)).astimezone(UTC)

    def gap_after(self, key: UUID) -> timedelta:
        """How long the mailbox rests after the message with this key: the gap, or up to half as long again."""
        if not self.gap:
            return self.gap
        part = int.from_bytes(hashlib.sha256(key.bytes).digest()[:4]) / 2**32
        return self.gap * (1 + JITTER * part)


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


@dataclass
class Lane:
    """A mailbox's way out: what went on its days, and from when on it is free again."""

    pace: Pace = field(default_factory=Pace)
    used: Counter[date] = field(default_factory=Counter)
    rests_until: datetime | None = None

    def free_at(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which one more mail fits (UTC). Raises nothing: a cap is at least 1."""
        found = max(moment, self.rests_until) if self.rests_until else moment
        day = self.pace.day_of(found)
        while (most := self.pace.allowed(day)) is not None and self.used[day] >= most:
            day += timedelta(days=1)
            found = max(found, self.pace.midnight(day))
        return found

    def take(self, moment: datetime, key: UUID = NO_KEY) -> None:
        """One mail goes at `moment`, which `free_at` named."""
        self.used[self.pace.day_of(moment)] += 1
        self.rests_until = moment + self.pace.gap_after(key)

    def room(self, now: datetime) -> int | None:
        """How many may go at once; None: any number."""
        if self.free_at(now) > now:
            return 0
        if self.pace.gap:
            return 1
        most = self.pace.allowed(self.pace.day_of(now))
        return None if most is None else most - self.used[self.pace.day_of(now)]


Lanes = dict[UUID, Lane]


def lane_of(mailbox: Mailbox, now: datetime, zone: str) -> Lane:
    """As the ledger has it: what left since the mailbox's midnight, and what is about to, counts."""
    pace = Pace.of(mailbox, zone)
    lane, today = Lane(pace), pace.day_of(now)
    gone = OutboundMessage.objects.filter(mailbox=mailbox)
    on_its_way = Q(state=MessageState.RESERVED)
    left = Q(state__in=LEFT_STATES, handed_over_at__gte=pace.midnight(today))
    lane.used[today] = gone.filter(on_its_way | left).count()
    if pace.gap:
        last = gone.filter(state__in=LEFT_STATES, handed_over_at__isnull=False).order_by("-handed_over_at").first()
        waiting = gone.filter(on_its_way).first()
        if last is not None and last.handed_over_at is not None:
            lane.rests_until = last.handed_over_at + pace.gap_after(last.pk)
        if waiting is not None:
            lane.rests_until = max(lane.rests_until or now, now + pace.gap_after(waiting.pk))
    return lane


def lanes(now: datetime, *, lock: bool = False) -> Lanes:
    """{mailbox: its lane} of those with limits. With `lock` nobody else reserves from them until the commit."""
    rows = Mailbox.objects.limited().order_by("pk")
    limited = list(rows.select_for_update(no_key=True) if lock else rows)
    if not limited:
        return {}
    zone = workspace_zone()
    return {mailbox.pk: lane_of(mailbox, now, zone) for mailbox in limited}


def closed(found: Mapping[UUID, Lane], now: datetime) -> list[UUID]:
    """The mailboxes from which nothing may go at this moment."""
    return [key for key, lane in found.items() if lane.room(now) == 0]
