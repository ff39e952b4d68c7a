"""The schools, courses and degrees of a person, by hand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.events import CANDIDATE_CHANGED
from talent.models import Education, Provenance
from talent.services import search_text


@transaction.atomic
def save(*, education: Education, by: Actor, now: datetime) -> None:
    """Add or change a school, course or degree."""
    education.save()
    Provenance.objects.create(
        candidate_id=education.candidate_id, field="education", value=str(education)[:400], origin=by.label[:120]
    )
    _told(education.candidate_id, by, now)


@transaction.atomic
def remove(*, education: Education, by: Actor, now: datetime) -> None:
    """Take a school, course or degree off a person."""
    education.delete()
    _told(education.candidate_id, by, now)


def _told(candidate_id: UUID, by: Actor, now: datetime) -> None:
    search_text.rebuild([candidate_id])
    events.publish(CANDIDATE_CHANGED, candidate=candidate_id, occurred_at=now, actor=by, data={"fields": ["education"]})
    audit.record(
        action="candidate.change",
        by=by,
        object_type="talent.candidate",
        object_id=candidate_id,
        fields=["education"],
    )
