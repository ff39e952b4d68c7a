"""What branches, goals and waits ask about people in a sequence."""

from __future__ import annotations

from collections.abc import Sequence as Row
from uuid import UUID

from django.db import models

from outreach.choices import PROGRAMS, MessageEventKind, StepKind
from outreach.models import Enrolment, MessageEvent, SequenceStep
from talent.models import SegmentMembership


class When(models.TextChoices):
    """The questions."""

    CLICKED = "clicked", "They clicked a link of this sequence"
    OPENED = "opened", "They opened a mail of this sequence"
    REPLIED = "replied", "They replied to a mail of this sequence"
    CLASS = "class", "They replied to a mail of this sequence, and mean …"
    SEGMENT = "segment", "They are in a segment"


_HITS = {
    When.CLICKED: MessageEventKind.CLICKED,
    When.OPENED: MessageEventKind.OPENED,
    When.REPLIED: MessageEventKind.REPLIED,
    When.CLASS: MessageEventKind.REPLIED,
}


def met(step: SequenceStep, enrolments: Row[Enrolment]) -> set[UUID]:
    """Keys of the enrolments for which the answer is yes; what programs open or click does not count."""
    when = When.SEGMENT if step.kind == StepKind.GOAL else step.settings.get("when")
    if when == When.SEGMENT:
        rows = SegmentMembership.objects.current().filter(segment_id=step.settings.get("segment"))
        people = set(
            rows.filter(candidate__in=[e.candidate_id for e in enrolments]).values_list("candidate", flat=True)
        )
        return {e.pk for e in enrolments if e.candidate_id in people}
    kind = _HITS.get(When(when)) if when in When.values else None
    hits = MessageEvent.objects.filter(message__enrolment__in=[e.pk for e in enrolments], kind=kind)
    if when == When.CLASS:
        hits = hits.filter(reply_class=step.settings.get("reply_class") or "-")
    return set(hits.exclude(by__in=PROGRAMS).values_list("message__enrolment", flat=True))
