"""Figures about messages, from the ledger and what was noted about its rows; and the messages behind them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncWeek

from analytics.services.spans import Span
from outreach.choices import ACCEPTED_STATES, PROGRAMS, MessageEventKind
from outreach.models import MessageEvent, MessageTemplate, OutboundMessage, Sequence
from outreach.models.ledger import OutboundMessageQuerySet

NONE = "none"
Grouping = Literal["template", "sequence"]
KEYS: dict[Grouping, str] = {"template": "template_id", "sequence": "enrolment__sequence_id"}
NAMED: dict[Grouping, tuple[type[MessageTemplate] | type[Sequence], str]] = {
    "template": (MessageTemplate, "Written by hand"),
    "sequence": (Sequence, "Single messages"),
}
NOT_BY_PROGRAMS = ~Q(by__in=PROGRAMS)


@dataclass(frozen=True)
class Measure:
    """One thing that can happen to a sent message; `happened` picks notes that say so, `unless` ones that deny it."""

    name: str
    label: str
    definition: str
    happened: Q | None = None
    unless: Q | None = None

    @property
    def is_part(self) -> bool:
        """Whether it counts some of what was sent, rather than all."""
        return self.happened is not None or self.unless is not None


CAME_BACK = Q(kind=MessageEventKind.BOUNCED)
MEASURES = (
    Measure("sent", "Sent", "Messages that a mail server took from us, counted on the day they were handed over."),
    Measure(
        "delivered",
        "Delivered",
        "Sent less bounced: of those, the ones that did not come back. Few mail servers report that a message arrived, "
        "so one that was lost without a word counts as delivered.",
        unless=CAME_BACK,
    ),
    Measure(
        "opened",
        "Opened",
        "Of those, the ones whose picture was loaded at least once, hits by programs left out. "
        "Some mail programs load no pictures, some load all: read it as a hint.",
        Q(kind=MessageEventKind.OPENED) & NOT_BY_PROGRAMS,
    ),
    Measure(
        "clicked",
        "Clicked",
        "Of those, the ones with a link that was followed at least once, hits by programs left out.",
        Q(kind=MessageEventKind.CLICKED) & NOT_BY_PROGRAMS,
    ),
    Measure(
        "replied",
        "Replied",
        "Of those, the ones that were answered by a person, whenever the answer came. Automatic answers do not count.",
        Q(kind=MessageEventKind.REPLIED),
    ),
    Measure(
        "bounced",
        "Bounced",
        "Of those, the ones that came back as undeliverable, for good or for the time being.",
        CAME_BACK,
    ),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
REPLIED = Q(kind=MessageEventKind.REPLIED)


@dataclass(frozen=True)
class Group:
    """The counts of one template or sequence, by measure; `id` None for messages without one."""

    id: UUID | None
    name: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Wanted:
    """Which messages a list shows. `template` and `sequence`: a key, NONE, or "" for all.

    With `by_event` the span is that of the event `what`, else of the hand-over.
    """

    what: str = "sent"
    template: str = ""
    sequence: str = ""
    by_event: bool = False


def _inside(span: Span, column: str) -> dict[str, datetime]:
    return {f"{column}__gte": span.begin, f"{column}__lt": span.end}


def sent(span: Span) -> OutboundMessageQuerySet:
    """What was sent in the span."""
    rows: OutboundMessageQuerySet = OutboundMessage.objects.filter(
        state__in=ACCEPTED_STATES, **_inside(span, "handed_over_at")
    )
    return rows


def grouped(span: Span, by: Grouping) -> list[Group]:
    """The counts of what was sent in the span, by template or sequence, the most sent first; three queries."""
    key = KEYS[by]
    counts: dict[UUID | None, dict[str, int]] = {}
    for row in sent(span).order_by().values(key).annotate(sent=Count("pk")):
        counts[row[key]] = {m.name: 0 for m in MEASURES} | {"sent": row["sent"]}
    happened = {m.name: Count("message_id", distinct=True, filter=m.happened) for m in MEASURES if m.happened}
    notes = MessageEvent.objects.filter(message__state__in=ACCEPTED_STATES, **_inside(span, "message__handed_over_at"))
    for row in notes.order_by().values(f"message__{key}").annotate(**happened):
        counts[row.pop(f"message__{key}")] |= row
    for found in counts.values():
        found["delivered"] = found["sent"] - found["bounced"]
    model, nothing = NAMED[by]
    names = dict(model.objects.filter(pk__in=[k for k in counts if k]).values_list("pk", "name"))
    groups = [Group(k, names[k] if k else nothing, found) for k, found in counts.items()]
    return sorted(groups, key=lambda g: (g.id is None, -g.counts["sent"], g.name.casefold()))


def total(groups: list[Group]) -> dict[str, int]:
    """Every message is in exactly one group: the sums are the whole."""
    return {m.name: sum(g.counts[m.name] for g in groups) for m in MEASURES}


def replied_by_week(span: Span) -> dict[date, int]:
    """How many of our messages were answered in each week, by its Monday."""
    notes = MessageEvent.objects.filter(
        REPLIED, message__state__in=ACCEPTED_STATES, **_inside(span.in_whole_weeks, "occurred_at")
    )
    weeks = notes.order_by().values(week=TruncWeek("occurred_at", tzinfo=span.zone))
    found: dict[date, int] = defaultdict(int)
    for row in weeks.annotate(messages=Count("message_id", distinct=True)):
        found[row["week"].date()] = row["messages"]
    return found


def _of(column: str, key: str) -> dict[str, Any]:
    if not key:
        return {}
    return {f"{column}__isnull": True} if key == NONE else {column: UUID(key)}


def listed(span: Span, wanted: Wanted) -> OutboundMessageQuerySet:
    """The messages that a number counts. Raises ValueError for a key that is none, KeyError for an unknown measure."""
    measure = BY_NAME[wanted.what]
    is_any_time = wanted.by_event and measure.happened is not None
    rows = OutboundMessage.objects.filter(state__in=ACCEPTED_STATES) if is_any_time else sent(span)
    rows = rows.filter(**_of(KEYS["template"], wanted.template), **_of(KEYS["sequence"], wanted.sequence))
    if measure.happened is not None:
        notes = MessageEvent.objects.filter(measure.happened, message=OuterRef("pk"))
        rows = rows.filter(Exists(notes.filter(**_inside(span, "occurred_at")) if wanted.by_event else notes))
    if measure.unless is not None:
        rows = rows.exclude(Exists(MessageEvent.objects.filter(measure.unless, message=OuterRef("pk"))))
    found: OutboundMessageQuerySet = rows.select_related("candidate", "template", "enrolment__sequence")
    return found
