"""What the pages of broadcasts read: the list, what came of one, whom one would reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from outreach.choices import ACCEPTED_STATES, OPEN_STATES, PROGRAMS, BroadcastStatus, MessageEventKind
from outreach.models import Broadcast, BroadcastRecipient, MessageEvent, OutboundMessage
from outreach.services import audiences, broadcast_sending, reach
from outreach.services.audiences import Audience
from outreach.services.reach import Kept, Reach
from talent.models import Candidate

PREVIEWED = 500


@dataclass(frozen=True)
class BroadcastRow:
    """One line of the list: how many got it, and how many still wait."""

    broadcast: Broadcast
    sent: int = 0
    waiting: int = 0

    @property
    def state(self) -> str:
        """Its status in a word; sent, when nothing of it waits any more."""
        is_over = self.broadcast.is_running and not self.waiting
        return "Sent" if is_over else str(self.broadcast.get_status_display())


def with_all() -> QuerySet[Broadcast]:
    names = ("topic", "sender__user", "mailbox", "template", "submitted_by__user", "approved_by__user")
    rows = Broadcast.objects.select_related(*names)
    found: QuerySet[Broadcast] = rows
    return found


def _counted(rows: list[Broadcast]) -> list[BroadcastRow]:
    counts = {
        row["broadcast_id"]: row
        for row in OutboundMessage.objects.filter(broadcast__in=rows)
        .order_by()
        .values("broadcast_id")
        .annotate(
            sent=Count("pk", filter=Q(state__in=ACCEPTED_STATES)),
            waiting=Count("pk", filter=Q(state__in=OPEN_STATES)),
        )
    }
    unplanned = dict(
        BroadcastRecipient.objects.filter(broadcast__in=rows, is_planned=False)
        .order_by()
        .values_list("broadcast_id")
        .annotate(n=Count("pk"))
    )
    none = {"sent": 0, "waiting": 0}
    return [
        BroadcastRow(b, found["sent"], found["waiting"] + unplanned.get(b.pk, 0))
        for b in rows
        for found in [counts.get(b.pk, none)]
    ]


def rows(limit: int = 200) -> list[BroadcastRow]:
    """The broadcasts, the newest first, with what became of them: three queries."""
    return _counted(list(with_all().order_by("-pk")[:limit]))


def row_of(broadcast: Broadcast) -> BroadcastRow:
    return _counted([broadcast])[0]


@dataclass(frozen=True)
class Outcome:
    """What people did with it, each counted once; programs' hits are left out."""

    opened: int = 0
    clicked: int = 0
    replied: int = 0
    unsubscribed: int = 0


def outcome(broadcast: Broadcast) -> Outcome:
    hits = MessageEvent.objects.filter(message__broadcast=broadcast).exclude(by__in=PROGRAMS).order_by()
    counts = dict(hits.values_list("kind").annotate(n=Count("message", distinct=True)))
    wanted = ("OPENED", "CLICKED", "REPLIED", "UNSUBSCRIBED")
    return Outcome(*(counts.get(str(MessageEventKind[name]), 0) for name in wanted))


@dataclass(frozen=True)
class Forecast:
    """The audience now, or as it was frozen, the waterfall of reasons, and whether a second person must approve."""

    audience: Audience
    reach: Reach
    approval: list[str]


def _audience(broadcast: Broadcast) -> Audience:
    """As it would be frozen now; as it was frozen, once it is."""
    if broadcast.frozen_at is None:
        return audiences.of(audiences.sources_of(broadcast))
    frozen = dict(broadcast.recipients.order_by("pk").values_list("candidate_id", "source_name"))
    return Audience(frozen, len(frozen))


def forecast(broadcast: Broadcast, now: datetime) -> Forecast:
    """Whom it would reach if it went now."""
    audience = _audience(broadcast)
    found = reach.of_people(ids=list(audience.people), intent=broadcast_sending.intent_of(broadcast), now=now)
    why = audiences.needs_approval(audiences.sources_of(broadcast), len(audience.people))
    return Forecast(audience, found, why if broadcast.frozen_at is None else broadcast.asked_for)


def people_of_step(broadcast: Broadcast, reason: str, now: datetime) -> list[Kept]:
    """The people of one step of the waterfall."""
    intent, ids = broadcast_sending.intent_of(broadcast), list(_audience(broadcast).people)
    return reach.kept_of(ids=ids, intent=intent, reason=reason, now=now)


def people_to_preview(broadcast: Broadcast) -> QuerySet[Candidate]:
    """The first of its audience; everybody, as long as there is none."""
    if broadcast.frozen_at is None:
        ids = list(audiences.part(audiences.sources_of(broadcast), None, PREVIEWED).people)
    else:
        ids = list(broadcast.recipients.order_by("pk").values_list("candidate_id", flat=True)[:PREVIEWED])
    found: QuerySet[Candidate] = Candidate.objects.filter(pk__in=ids) if ids else Candidate.objects.all()
    return found


def is_waiting(broadcast: Broadcast) -> bool:
    return broadcast.status == BroadcastStatus.WAITING
