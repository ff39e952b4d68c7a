"""Where a mailbox, a domain and the workspace stand today against their caps, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from outreach.models import Mailbox, SendingDomain
from outreach.services import contact_rules, pacing
from outreach.services.windows import workspace_zone


@dataclass(frozen=True)
class Today:
    """`used` of `allowed` (None: any number) mails of the mailbox's day; `cap` is reached on `full_on`."""

    used: int
    allowed: int | None
    cap: int | None = None
    full_on: date | None = None
    free_at: datetime | None = None

    def __str__(self) -> str:
        if self.allowed is None:
            return f"{self.used:,} today"
        words = f"{self.used:,} of {self.allowed:,} today"
        if self.full_on is None or self.cap is None:
            return words
        return f"{words}, ramping to {self.cap:,} on {self.full_on:%-d %B}"


def of_all(mailboxes: Iterable[Mailbox], now: datetime) -> list[tuple[Mailbox, Today]]:
    """Each mailbox with where it stands."""
    return [(mailbox, today(mailbox, now)) for mailbox in mailboxes]


def of_domain(row: SendingDomain, now: datetime) -> Today:
    """What left the mailboxes of a domain together."""
    boxes = [box for box in Mailbox.objects.for_mail() if pacing.domain_of(box) == row.domain]
    return _together(row.daily_cap, boxes, now)


def of_workspace(now: datetime) -> Today:
    """What left all mailboxes together."""
    return _together(contact_rules.current().mails_per_day, list(Mailbox.objects.for_mail()), now)


def _together(cap: int | None, boxes: list[Mailbox], now: datetime) -> Today:
    lane = pacing.shared_lane(cap, boxes, now, workspace_zone())
    free = lane.free_at(now)
    return Today(lane.used[lane.pace.day_of(now)], cap, cap, free_at=free if free > now else None)


def today(mailbox: Mailbox, now: datetime) -> Today:
    """As the ledger has it now; `free_at` is when the next mail may go, None: at once."""
    lane = pacing.lane_of(mailbox, now, workspace_zone())
    day, free = lane.pace.day_of(now), lane.free_at(now)
    allowed, full_on = lane.pace.allowed(day), lane.pace.full_on()
    ramp = full_on if full_on is not None and full_on > day else None
    return Today(lane.used[day], allowed, lane.pace.cap, ramp, free if free > now else None)
