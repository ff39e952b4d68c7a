"""How much is sent, and how fast: caps of a mailbox, a domain and the workspace, a ramp, a gap between two mails."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from crm.questions import One
from crm.tenancy.context import current_tenant_id
from outreach.choices import LEFT_STATES, MessageState
from outreach.models import Mailbox, OutboundMessage, SendingDomain, SendingPolicy
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
    span: tuple[datetime, datetime, date] | None = field(default=None, compare=False, repr=False)

    def day_of(self, moment: datetime) -> date:
        """As `Pace.day_of`, for moments that mostly fall on the day that was asked for last."""
        if self.span is not None and self.span[0] <= moment < self.span[1]:
            return self.span[2]
        day = self.pace.day_of(moment)
        begin, end = self.pace.midnight(day), self.pace.midnight(day + timedelta(days=1))
        self.span = (begin, end, day) if begin <= moment < end else None
        return day

    def free_at(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which one more mail fits (UTC). Raises nothing: a cap is at least 1."""
        found = max(moment, self.rests_until) if self.rests_until else moment
        day = self.day_of(found)
        while (most := self.pace.allowed(day)) is not None and self.used[day] >= most:
            day += timedelta(days=1)
            found = max(found, self.pace.midnight(day))
        return found

    def take(self, moment: datetime, key: UUID = NO_KEY) -> None:
        """One mail goes at `moment`, which `free_at` named."""
        self.used[self.day_of(moment)] += 1
        if self.pace.gap:
            self.rests_until = moment + self.pace.gap_after(key)

    def left_on(self, moment: datetime) -> int | None:
        """How many more that moment's day takes; None: any number."""
        most = self.pace.allowed(day := self.day_of(moment))
        return None if most is None else max(0, most - self.used[day])

    def next_day(self, moment: datetime) -> datetime:
        return self.pace.midnight(self.day_of(moment) + timedelta(days=1))

    @property
    def is_limited(self) -> bool:
        return self.pace.cap is not None or bool(self.pace.gap)

    def room(self, now: datetime) -> int | None:
        """How many may go at once; None: any number."""
        if self.free_at(now) > now:
            return 0
        return 1 if self.pace.gap else self.left_on(now)


@dataclass(eq=False)
class Way:
    """All that one mailbox's mails pass: its own lane, its domain's, the workspace's; those without limits left out."""

    lanes: list[Lane] = field(default_factory=list)

    def free_at(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which one more mail fits through all of them (UTC)."""
        agreed, number = 0, 0
        while agreed < len(self.lanes):
            found = self.lanes[number].free_at(moment)
            agreed = agreed + 1 if found == moment else 1
            moment, number = found, (number + 1) % len(self.lanes)
        return moment

    def take(self, moment: datetime, key: UUID = NO_KEY) -> None:
        for lane in self.lanes:
            lane.take(moment, key)


@dataclass
class Lanes:
    """The ways out that have limits. A mailbox's mails pass its own, its domain's, and the workspace's.

    `of_mailbox` names, for each mailbox, those of `every` that it passes.
    """

    every: dict[str, Lane] = field(default_factory=dict)
    of_mailbox: dict[UUID, list[str]] = field(default_factory=dict)

    def names(self, mailbox: UUID | None) -> list[str]:
        return self.of_mailbox.get(mailbox, []) if mailbox else []

    def way(self, mailbox: UUID | None) -> Way:
        return Way([lane for name in self.names(mailbox) if (lane := self.every[name]).is_limited])

    def add(self, name: str, lane: Lane, mailboxes: Iterable[Mailbox]) -> None:
        self.every[name] = lane
        for mailbox in mailboxes:
            self.of_mailbox.setdefault(mailbox.pk, []).append(name)

    def rooms(self, now: datetime) -> dict[str, int]:
        """How many may go at once by each lane that does not take any number."""
        found = {name: lane.room(now) for name, lane in self.every.items()}
        return {name: room for name, room in found.items() if room is not None}


WORKSPACE = "workspace"


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


def domain_of(mailbox: Mailbox) -> str:
    return mailbox.from_address.rpartition("@")[2].lower()


def shared_lane(cap: int | None, mailboxes: Collection[Mailbox], now: datetime, zone: str) -> Lane:
    """Of mailboxes that have a cap together, as the ledger has it: what left them since midnight in `zone` counts."""
    lane = Lane(Pace(zone, cap))
    today = lane.pace.day_of(now)
    gone = Q(state=MessageState.RESERVED) | Q(state__in=LEFT_STATES, handed_over_at__gte=lane.pace.midnight(today))
    lane.used[today] = OutboundMessage.objects.filter(gone, mailbox__in=mailboxes).count()
    return lane


def _capped(lock: bool) -> tuple[int | None, dict[str, int | None]]:
    """(the workspace's cap, those of domains). With `lock` in an order of their own, before the mailboxes."""
    policies, domains = SendingPolicy.objects.exclude(mails_per_day=None), SendingDomain.objects.exclude(daily_cap=None)
    if lock:
        policies = policies.select_for_update(no_key=True)
        domains = domains.order_by("pk").select_for_update(no_key=True)
    policy = policies.first()
    return policy.mails_per_day if policy else None, {row.domain: row.daily_cap for row in domains}


LIMITED = """
SELECT (EXISTS (SELECT FROM outreach_mailbox WHERE tenant_id = %s AND (daily_cap IS NOT NULL OR gap_seconds > 0))
  OR EXISTS (SELECT FROM outreach_sendingpolicy WHERE tenant_id = %s AND mails_per_day IS NOT NULL)
  OR EXISTS (SELECT FROM outreach_sendingdomain WHERE tenant_id = %s AND daily_cap IS NOT NULL))::text"""


def are_limited() -> One:
    """The question whether there is any limit at all; "true" or "false"."""
    return One(LIMITED, (current_tenant_id(),) * 3)


def lanes(now: datetime, *, lock: bool = False) -> Lanes:
    """The limits in force. With `lock` nobody else reserves under them until the commit."""
    cap, domains = _capped(lock)
    rows = Mailbox.objects.limited().order_by("pk")
    limited = list(rows.select_for_update(no_key=True) if lock else rows)
    found = Lanes()
    if not limited and cap is None and not domains:
        return found
    zone = workspace_zone()
    for mailbox in limited:
        found.add(str(mailbox.pk), lane_of(mailbox, now, zone), [mailbox])
    every = list(Mailbox.objects.for_mail()) if domains or cap is not None else []
    for domain, most in domains.items():
        boxes = [one for one in every if domain_of(one) == domain]
        found.add(domain, shared_lane(most, boxes, now, zone), boxes)
    if cap is not None:
        found.add(WORKSPACE, shared_lane(cap, every, now, zone), every)
    return found


def closed(found: Lanes, now: datetime) -> list[UUID]:
    """The mailboxes from which nothing may go at this moment."""
    full = {name for name, room in found.rooms(now).items() if room == 0}
    return [mailbox for mailbox, names in found.of_mailbox.items() if not full.isdisjoint(names)]
