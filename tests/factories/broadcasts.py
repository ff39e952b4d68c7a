"""Broadcasts: drafts to everybody, and how they stand."""

from __future__ import annotations

from datetime import UTC, datetime

from crm.actors import SYSTEM
from crm.models import Member
from outreach.models import Broadcast, OutboundMessage, SendingPolicy
from outreach.services import broadcasts, contact_rules, sums, topics
from outreach.services.broadcasts import Sources
from outreach.services.overview import LedgerFilter
from talent.models import Segment
from talent.services import segments

NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
EVERYBODY = {"all": []}


def a_segment(name: str = "Everybody") -> Segment:
    return segments.create(name=name, rule=EVERYBODY, by=SYSTEM, now=NOW)


def a_broadcast(author: Member | None = None, **values: object) -> Broadcast:
    """A draft to everybody."""
    words = {
        "name": "June news",
        "subject": "What we built",
        "body": 'Hi {{ first_name | default: "there" }}, read on.',
        "topic": topics.in_use()[1],
    }
    segment = Segment.objects.filter(name="Everybody").first() or a_segment()
    return broadcasts.save(values=words | values, sources=Sources([segment]), by=SYSTEM, author=author)


def started(now: datetime = NOW, **values: object) -> Broadcast:
    return broadcasts.submit(broadcast=a_broadcast(**values), member=None, by=SYSTEM, now=now)


def rows(broadcast: Broadcast) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(broadcast=broadcast).order_by("pk"))


def sums_of(broadcast: Broadcast) -> sums.Sums:
    return sums.of(LedgerFilter(broadcast_id=broadcast.pk).everything())


def policy(**values: object) -> SendingPolicy:
    return contact_rules.change(values=values, by=SYSTEM)
