"""Places at an event: how many are left, and who waits for one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from talent.events import EVENT_WAITLISTED
from talent.models import Attendance, RecruitingEvent, WaitlistEntry

ENTRY = "talent.waitlistentry"
# How many places of an event are given away beside its list: what apps above promise to those who fill a form in.
PROMISES: list[Callable[[RecruitingEvent], int]] = []


def locked(pk: UUID) -> RecruitingEvent:
    """The event, until the transaction ends: whoever gives places away counts alone."""
    return RecruitingEvent.objects.select_for_update().get(pk=pk)


def places_left(event: RecruitingEvent) -> int | None:
    """How many may still register; None: no limit."""
    if event.capacity is None:
        return None
    promised = sum(count(event) for count in PROMISES)
    return max(event.capacity - Attendance.objects.filter(event=event).count() - promised, 0)


def must_wait(event: RecruitingEvent) -> bool:
    """Whether somebody who comes now waits: nothing is left, or others are in front of them."""
    return places_left(event) == 0 or (event.has_waiting_list and line(event).exists())


# --- the waiting list


@transaction.atomic
def wait(*, event: RecruitingEvent, people: Sequence[UUID], by: Actor, now: datetime, origin: str) -> list[UUID]:
    """Put people at the end of the line, in this order; returns those who are new there. The event is locked."""
    here = set(WaitlistEntry.objects.filter(event=event, candidate__in=people).values_list("candidate_id", flat=True))
    fresh = [person for person in dict.fromkeys(people) if person not in here]
    rows = [WaitlistEntry(event=event, candidate_id=pk, origin=origin, waiting_since=now) for pk in fresh]
    WaitlistEntry.objects.bulk_create(rows)
    facts = {"event": str(event.pk), "name": event.name, "origin": str(origin)}
    events.publish_many(
        [
            events.build(
                EVENT_WAITLISTED,
                candidate=row.candidate_id,
                occurred_at=now,
                actor=by,
                subject=Subject(ENTRY, row.pk),
                data=facts,
            )
            for row in rows
        ]
    )
    _record("event_waitlisted", event.pk, by, len(rows))
    return fresh


@transaction.atomic
def leave(*, event_id: UUID, people: Collection[UUID], by: Actor) -> int:
    """Take people out of the line; returns how many stood in it."""
    gone, _ = WaitlistEntry.objects.filter(event_id=event_id, candidate__in=people).delete()
    _record("event_waitlist_left", event_id, by, gone)
    return gone


def _record(action: str, event_id: UUID, by: Actor, people: int) -> None:
    if people:
        facts = {"people": people}
        audit.record(action=action, by=by, object_type="talent.recruitingevent", object_id=event_id, facts=facts)


def line(event: RecruitingEvent) -> QuerySet[WaitlistEntry]:
    """Who waits, whoever waits longest first; two records that became one person may have a place already."""
    seated = Attendance.objects.filter(event=OuterRef("event"), candidate=OuterRef("candidate"))
    return WaitlistEntry.objects.filter(~Exists(seated), event=event).select_related("candidate", "event")


def waited_for(candidate_id: UUID) -> list[WaitlistEntry]:
    """What a person waits for."""
    return list(WaitlistEntry.objects.filter(candidate_id=candidate_id).select_related("event")[:20])
