"""From a frozen audience to the ledger: a row for each person, in batches, so that a worker may die at any point."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from crm.background import wake_on_commit
from crm.models import Member
from crm.tenancy.waiting import tenants_with
from outreach.choices import BroadcastStatus, BroadcastTime, ExclusionReason, MessageState
from outreach.models import Broadcast, BroadcastRecipient, OutboundMessage
from outreach.services import gate, planner, planning, senders, windows
from outreach.services.gate import Intent, Verdict
from outreach.services.gate_words import no
from talent.choices import ConsentPurpose
from talent.models import Candidate

BATCH = 500
CANCELLED_WORDS = "A colleague cancelled the broadcast."
CANCELLED = no(ExclusionReason.CANCELLED, CANCELLED_WORDS)
PLAN = "outreach.tasks.plan_broadcasts"


def intent_of(broadcast: Broadcast, sender_id: UUID | None = None) -> Intent:
    """The purpose `this broadcast`: a person gets it once. `broadcast.topic` is loaded.

    `sender_id` is who writes to this person instead of the broadcast's own sender.
    """
    return Intent(
        key=f"broadcast:{broadcast.pk}",
        consent=broadcast.topic.purpose if broadcast.topic else ConsentPurpose.NEWS,
        sender_id=sender_id or broadcast.sender_id,
        broadcast_id=broadcast.pk,
        topic_id=broadcast.topic_id,
        priority=broadcast.priority,
    )


def morning_of(day: date, zone: str, now: datetime) -> datetime:
    """The morning of a day by the clock of `zone` (aware, UTC); once it is over there, the first one to come."""
    moment = planner.morning(day, zone)
    while moment < now:
        day += timedelta(days=1)
        moment = planner.morning(day, zone)
    return moment


def slot(broadcast: Broadcast, zone: str, now: datetime) -> datetime:
    """When somebody whose clock shows `zone` is to get it (aware, UTC), never before `now`."""
    at = broadcast.goes_at or now
    if broadcast.time != BroadcastTime.MORNING:
        return max(at, now)
    return morning_of(at.astimezone(ZoneInfo(windows.workspace_zone())).date(), zone, now)


def _judged(broadcast: Broadcast, people: Row[UUID], who: Mapping[UUID, Member], now: datetime) -> dict[UUID, Verdict]:
    """{person: the gate's verdict}, asked once for each sender; of one that was cancelled nobody gets anything."""
    if broadcast.status == BroadcastStatus.CANCELLED:
        return dict.fromkeys(people, CANCELLED)
    found: dict[UUID, Verdict] = {}
    for sender_id, group in senders.groups(people, who).items():
        found |= gate.verdicts(candidate_ids=group, intent=intent_of(broadcast, sender_id), now=now)
    return found


def _turn_away(row: OutboundMessage, verdict: Verdict, now: datetime) -> None:
    """What never passes is excluded at once. What passes is asked about when it is due."""
    if verdict.is_final:
        row.state, row.settled_at = MessageState.EXCLUDED, now
        row.excluded_reason, row.excluded_words = verdict.reason, verdict.words[:300]


def _plan(broadcast: Broadcast, recipients: Row[BroadcastRecipient], now: datetime) -> None:
    people = [one.candidate_id for one in recipients]
    who = senders.of(broadcast, people, broadcast.submitted_by)
    said, intent = _judged(broadcast, people, who, now), intent_of(broadcast)
    own = dict(Candidate.objects.filter(pk__in=people).values_list("pk", "time_zone"))
    zone = windows.workspace_zone()
    slots: dict[str, datetime] = {}
    rows = []
    for person in people:
        where = own.get(person) or zone
        due_at = slots.setdefault(where, slot(broadcast, where, now))
        row = planning.broadcast_row(
            broadcast=broadcast, intent=intent, candidate_id=person, due_at=due_at, sender=who.get(person)
        )
        _turn_away(row, said[person], now)
        rows.append(row)
    planning.plan_rows(rows)
    BroadcastRecipient.objects.filter(pk__in=[one.pk for one in recipients]).update(is_planned=True)


@transaction.atomic
def plan_some(broadcast_id: UUID, now: datetime) -> int:
    """Give the next BATCH people of a broadcast their rows; returns how many. Running it again plans nobody twice."""
    broadcast = (
        Broadcast.objects.select_for_update(of=("self",))
        .select_related("topic", "submitted_by__user")
        .get(pk=broadcast_id)
    )
    if broadcast.status not in (BroadcastStatus.RUNNING, BroadcastStatus.PAUSED, BroadcastStatus.CANCELLED):
        return 0
    recipients = list(BroadcastRecipient.objects.to_plan(broadcast_id)[:BATCH])
    if recipients:
        _plan(broadcast, recipients, now)
    return len(recipients)


def plan_all(broadcast: Broadcast, now: datetime) -> None:
    while plan_some(broadcast.pk, now) == BATCH:
        pass


def begin(broadcast: Broadcast, now: datetime) -> None:
    """Plan the first people at once, the others in the background."""
    if plan_some(broadcast.pk, now) == BATCH:
        wake_on_commit(PLAN, "send", broadcast.tenant_id)


def plan_waiting(now: datetime) -> bool:
    """A batch of each broadcast that has people without a row; whether more may be waiting."""
    waiting = BroadcastRecipient.objects.filter(is_planned=False, broadcast__started_at__isnull=False).order_by()
    found = list(waiting.values_list("broadcast_id", flat=True).distinct())
    return max((plan_some(key, now) for key in found), default=0) == BATCH


def tenants_to_plan() -> list[UUID]:
    """Active tenants with a started broadcast whose people are not all planned."""
    unplanned = (
        "w.started_at IS NOT NULL AND EXISTS (SELECT FROM outreach_broadcastrecipient r "
        "WHERE r.tenant_id = w.tenant_id AND r.broadcast_id = w.id AND NOT r.is_planned)"
    )
    return tenants_with("outreach_broadcast", unplanned, oldest="started_at")


def tenants_to_freeze() -> list[UUID]:
    """Active tenants with a broadcast whose audience is not frozen to its end."""
    return tenants_with("outreach_broadcast", "w.freezing_at IS NOT NULL", oldest="freezing_at")
