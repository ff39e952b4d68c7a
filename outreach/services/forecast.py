"""What is planned already, day by day under the caps of mailboxes, domains and the workspace: what goes when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, DateTimeField, Func, Value
from django.db.models.functions import Coalesce, Greatest

from outreach.choices import MessageState
from outreach.models import Mailbox, OutboundMessage
from outreach.services import pacing, texting
from outreach.services.pacing import WORKSPACE, Lane, Lanes, Pace
from talent.choices import Channel

SLOT = timedelta(minutes=15)  # every midnight of every zone falls on one
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
NO_MAILBOX = UUID(int=0)  # of a workspace that has none yet


@dataclass(frozen=True)
class Load:
    """So many mails of one mailbox that are planned for the same quarter of an hour."""

    mailbox: UUID
    at: datetime
    mails: int


@dataclass
class Tally:
    """Mails by day of one calendar: planned for it, gone on it; `full`: the lanes that kept some back that day."""

    pace: Pace
    due: Counter[date] = field(default_factory=Counter)
    goes: Counter[date] = field(default_factory=Counter)
    full: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass
class Forecast:
    """Places what is planned into the days of its lanes, whose `used` grows; what falls behind `end` is left over.

    `tallies` are kept by mailbox, and by the names of lanes that several mailboxes pass. The rest between two mails
    is not looked at: it is part of a day. `paces` are the calendars of mailboxes.
    """

    lanes: Lanes
    paces: Mapping[UUID, Pace]
    end: datetime
    tallies: dict[str, Tally] = field(default_factory=dict)
    reached: dict[UUID, datetime] = field(default_factory=dict)  # before it, that mailbox's days are full

    def tally(self, name: str, pace: Pace) -> Tally:
        return self.tallies.setdefault(name, Tally(pace))

    def place(self, loads: Iterable[Load]) -> None:
        """In the order of their moments."""
        for load in loads:
            self._place(load)

    def _place(self, load: Load) -> None:
        own = self.lanes.names(load.mailbox)
        every = {name: self.lanes.every[name] for name in own}
        tallies = self._tallies(load.mailbox, every)
        for tally in tallies:
            tally.due[tally.pace.day_of(load.at)] += load.mails
        at, left = max(load.at, self.reached.get(load.mailbox, load.at)), load.mails
        while left and at < self.end:
            if full := [name for name, lane in every.items() if lane.left_on(at) == 0]:
                for tally in tallies:
                    tally.full[tally.pace.day_of(at)].update(full)
                at = max(every[name].next_day(at) for name in full)
                self.reached[load.mailbox] = at
                continue
            rooms = [room for lane in every.values() if (room := lane.left_on(at)) is not None]
            fits = min([left, *rooms])
            for lane in every.values():
                lane.used[lane.pace.day_of(at)] += fits
            for tally in tallies:
                tally.goes[tally.pace.day_of(at)] += fits
            left -= fits

    def _tallies(self, mailbox: UUID, every: Mapping[str, Lane]) -> list[Tally]:
        shared = [self.tally(name, lane.pace) for name, lane in every.items() if name != str(mailbox)]
        return [self.tally(str(mailbox), self.paces.get(mailbox, Pace())), *shared]


def _slots(now: datetime, until: datetime) -> Iterable[tuple[datetime, UUID | None, UUID | None, str, int]]:
    """(quarter of an hour, mailbox, who writes, channel, mails), in order of time; what is late is due now."""
    late = Greatest("due_at", Value(now, output_field=DateTimeField()))
    slot = Func(Value(SLOT), late, Value(EPOCH), function="date_bin", output_field=DateTimeField())
    rows = OutboundMessage.objects.filter(state=MessageState.PLANNED, is_held=False, due_at__lt=until).annotate(
        slot=slot,
        box=Coalesce("mailbox", "broadcast__mailbox", "enrolment__sequence__mailbox"),
        whose=Coalesce("sender", "enrolment__sender", "enrolment__sequence__sender", "broadcast__sender"),
    )
    grouped = rows.order_by("slot").values_list("slot", "box", "whose", "channel")
    return grouped.annotate(mails=Count("pk"))


def loads(now: datetime, until: datetime, mailboxes: Iterable[Mailbox]) -> list[Load]:
    """What is planned, not held, and due before `until`, by the mailbox that it would leave by now."""
    own = {box.owner_id: box.pk for box in mailboxes if box.owner_id}
    main, text = Mailbox.objects.default(), texting.stored()
    default = main.pk if main else NO_MAILBOX
    found: Counter[tuple[datetime, UUID]] = Counter()
    for slot, box, whose, channel, mails in _slots(now, until):
        key = box or (own.get(whose, default) if whose else default)
        if channel == Channel.TEXT:
            key = text.pk if text else default
        found[max(slot, now), key] += mails
    return [Load(key, at, mails) for (at, key), mails in found.items()]


def of_planned(now: datetime, until: datetime, zone: str) -> Forecast:
    """Everything that is planned for now until then, under the caps in force; `zone` is the workspace's."""
    mailboxes = list(Mailbox.objects.all())
    paces = {box.pk: Pace.of(box, zone) for box in mailboxes}
    found = Forecast(pacing.lanes(now), paces, until)
    found.place(loads(now, until, mailboxes))
    return found


def label(name: str, mailboxes: Iterable[Mailbox]) -> str:
    """Whose limit it is, in words."""
    if name == WORKSPACE:
        return "the whole workspace"
    return next((box.from_address for box in mailboxes if str(box.pk) == name), name)


def together(name: str) -> str:
    """The mailboxes that have a cap together, in words."""
    return "All mailboxes together" if name == WORKSPACE else f"All mailboxes of {name}"
