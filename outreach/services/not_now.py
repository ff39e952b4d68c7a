"""Somebody said "not now": nothing is begun with them for a while, their sequences end; and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime

from crm import events
from crm.actors import Actor
from crm.services import audit, undo
from outreach import events as kinds
from outreach.choices import EnrolmentState, ExclusionReason, MessageState, StopReason, WaitingFor
from outreach.models import Enrolment, OutboundMessage
from outreach.services import contact_rules, enrolments, leaving, planning
from talent.filters.clock import here
from talent.models import Candidate
from talent.services import preferences


@dataclass(frozen=True)
class Rest:
    """Until when nothing is begun, how many sequences ended, and the token that takes it back."""

    until: date
    sequences: int
    token: str


def default_day(now: datetime) -> date:
    """The day that the workspace's cool-down ends on, when it begins now."""
    return here(now).today + timedelta(days=contact_rules.current().cool_down_days)


@transaction.atomic
def say(*, candidate: Candidate, by: Actor, now: datetime, until: date | None = None) -> Rest:
    """Begin nothing with them before `until` (None: for the cool-down; a longer pause stays), and end their sequences.

    Raises `preferences.NotADay` for a day that is not to come.
    """
    paused = preferences.of(candidate).paused_until
    day = max(until or default_day(now), paused or date.min)
    token = preferences.pause(candidate=candidate, until=day, by=by, now=now, today=here(now).today)
    open_ones = list(Enrolment.objects.open().filter(candidate=candidate).order_by("pk").select_for_update())
    before = [_place(row) for row in open_ones]
    planned = OutboundMessage.objects.filter(enrolment__in=open_ones, state=MessageState.PLANNED)
    messages = [str(pk) for pk in planned.values_list("pk", flat=True)]
    stopped = enrolments.stop(enrolments=[row.pk for row in open_ones], reason=StopReason.NOT_NOW, now=now, by=by)
    audit.record(
        action="candidate.not_now",
        by=by,
        object_type="talent.candidate",
        object_id=candidate.pk,
        facts={"until": day.isoformat(), "sequences": stopped},
    )
    facts = {"not_now": str(candidate.pk), "rest": token, "enrolments": before, "messages": messages}
    return Rest(day, stopped, undo.keep(facts))


def _place(row: Enrolment) -> dict[str, Any]:
    """Where an enrolment stands, so that it can go on from there. A colleague's task is given anew."""
    is_task = row.waiting_for == WaitingFor.TASK
    return {
        "id": str(row.pk),
        "state": row.state,
        "waiting_for": WaitingFor.TIME if is_task else row.waiting_for,
        "next_due_at": row.next_due_at.isoformat() if row.next_due_at else None,
        "paused_until": row.paused_until.isoformat() if row.paused_until else None,
        "outside_since": row.outside_since.isoformat() if row.outside_since else None,
    }


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> Candidate:
    """The pause as before, and the sequences go on where they stood. Raises NothingToUndo."""
    facts = undo.take(token)
    candidate = preferences.take_back(token=str(facts.get("rest", "")), by=by, now=now)
    _go_on({place["id"]: place for place in facts["enrolments"]}, by, now)
    ended = OutboundMessage.objects.filter(pk__in=facts["messages"], excluded_reason=ExclusionReason.ENROLMENT_OVER)
    planning.plan_again(ended.filter(enrolment__state__in=(EnrolmentState.ACTIVE, EnrolmentState.PAUSED)))
    leaving.bring_in_line(Enrolment.objects.filter(candidate=candidate), now)  # they may have moved meanwhile
    return candidate


def _go_on(places: dict[str, dict[str, Any]], by: Actor, now: datetime) -> None:
    """Open these enrolments again, where nothing else has happened to them since."""
    rows = list(
        Enrolment.objects.filter(pk__in=[UUID(key) for key in places], stop_reason=StopReason.NOT_NOW)
        .select_related("sequence")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    for row in rows:
        place = places[str(row.pk)]
        row.state, row.stop_reason, row.ended_at = place["state"], "", None
        row.waiting_for = place["waiting_for"]
        row.paused_until = parse_datetime(place["paused_until"] or "")
        row.outside_since = parse_datetime(place.get("outside_since") or "")
        row.next_due_at = parse_datetime(place["next_due_at"] or "") or (now if row.waiting_for else None)
    names = ["state", "stop_reason", "ended_at", "waiting_for", "paused_until", "outside_since", "next_due_at"]
    Enrolment.objects.bulk_update(rows, names)
    events.publish_many([enrolments.about(row, kinds.ENROLMENT_REOPENED, now, by) for row in rows])
