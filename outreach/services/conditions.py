"""What branches, goals and waits ask about people in a sequence."""

from __future__ import annotations

from collections.abc import Sequence as Row
from datetime import datetime
from uuid import UUID

from django.db import models

from crm.models import Event
from outreach.choices import PROGRAMS, MessageEventKind, StepKind
from outreach.events import MEETING_BOOKED, MEETING_CANCELLED, PORTAL_VISITED
from outreach.models import Enrolment, MessageEvent, SequenceStep
from talent.events import APPLICATION_MADE
from talent.models import SegmentMembership


class When(models.TextChoices):
    """The questions."""

    CLICKED = "clicked", "They clicked a link of this sequence"
    OPENED = "opened", "They opened a mail of this sequence"
    REPLIED = "replied", "They replied to a mail of this sequence"
    CLASS = "class", "They replied to a mail of this sequence, and mean …"
    BOOKED = "booked", "They booked a meeting"
    PORTAL = "portal", "They logged in to the portal"
    APPLIED = "applied", "They applied for a job"
    SEGMENT = "segment", "They are in a segment"


FOR = (When.SEGMENT, When.BOOKED, When.APPLIED, When.PORTAL, When.CLICKED)
GOALS = [(when.value, when.label) for when in FOR]  # what a sequence may be for
_TOLD = {When.PORTAL: PORTAL_VISITED, When.APPLIED: APPLICATION_MADE}
_HITS = {
    When.CLICKED: MessageEventKind.CLICKED,
    When.OPENED: MessageEventKind.OPENED,
    When.REPLIED: MessageEventKind.REPLIED,
    When.CLASS: MessageEventKind.REPLIED,
}


def asked(step: SequenceStep) -> str:
    """The question of a step; a goal for which nobody named one is about a segment."""
    return str(step.settings.get("when") or (When.SEGMENT if step.kind == StepKind.GOAL else ""))


def met(step: SequenceStep, enrolments: Row[Enrolment]) -> set[UUID]:
    """Keys of the enrolments for which the answer is yes; what programs open or click does not count."""
    when = asked(step)
    if when == When.SEGMENT:
        rows = SegmentMembership.objects.current().filter(segment_id=step.settings.get("segment"))
        people = set(
            rows.filter(candidate__in=[e.candidate_id for e in enrolments]).values_list("candidate", flat=True)
        )
        return {e.pk for e in enrolments if e.candidate_id in people}
    if when == When.BOOKED:
        booked = _booked({e.candidate_id for e in enrolments})
        return {e.pk for e in enrolments if e.candidate_id in booked and booked[e.candidate_id] >= e.enrolled_at}
    if when in _TOLD:
        return _told(_TOLD[When(when)], enrolments)
    kind = _HITS.get(When(when)) if when in When.values else None
    hits = MessageEvent.objects.filter(message__enrolment__in=[e.pk for e in enrolments], kind=kind)
    if when == When.CLASS:
        hits = hits.filter(reply_class=step.settings.get("reply_class") or "-")
    return set(hits.exclude(by__in=PROGRAMS).values_list("message__enrolment", flat=True))


def _told(kind: str, enrolments: Row[Enrolment]) -> set[UUID]:
    """Keys of the enrolments since whose beginning the event log tells it of their people."""
    rows = Event.objects.filter(candidate_id__in={one.candidate_id for one in enrolments}, kind=kind)
    latest = dict(rows.order_by("occurred_at").values_list("candidate_id", "occurred_at"))
    return {one.pk for one in enrolments if latest.get(one.candidate_id, one.enrolled_at) > one.enrolled_at}


def _booked(people: set[UUID]) -> dict[UUID, datetime]:
    """{person: when they last booked a meeting that nobody called off}."""
    told = Event.objects.filter(candidate_id__in=people, kind__in=(MEETING_BOOKED, MEETING_CANCELLED))
    standing: dict[UUID, tuple[UUID, datetime]] = {}
    for kind, meeting, person, at in told.order_by("occurred_at", "pk").values_list(
        "kind", "subject_id", "candidate_id", "occurred_at"
    ):
        standing.pop(meeting, None)
        if kind == MEETING_BOOKED:
            standing[meeting] = (person, at)
    return dict(standing.values())
