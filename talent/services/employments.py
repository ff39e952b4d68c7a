"""The jobs of a person's past and present, by hand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, Employment, Provenance
from talent.services import search_text, seniority


@transaction.atomic
def save(*, employment: Employment, by: Actor, now: datetime) -> None:
    """Add or change a job. The newest current one is what the person does now, unless this one is known to be."""
    employment.save()
    Provenance.objects.create(
        candidate_id=employment.candidate_id, field="employment", value=str(employment)[:400], origin=by.label[:120]
    )
    _told(employment.candidate_id, by, now, employment)


@transaction.atomic
def remove(*, employment: Employment, by: Actor, now: datetime) -> None:
    """Take a job off a person."""
    employment.delete()
    _told(employment.candidate_id, by, now)


def _is_known_for(candidate_id: UUID, employment: Employment) -> bool:
    known = Candidate.objects.filter(
        pk=candidate_id, current_title=employment.title, current_company=employment.company
    )
    return known.exists()


def _told(candidate_id: UUID, by: Actor, now: datetime, saved: Employment | None = None) -> None:
    current = Employment.objects.filter(candidate_id=candidate_id, is_current=True).first()
    if saved is not None and saved.is_current and _is_known_for(candidate_id, saved):
        current = saved
    if current is not None:
        Candidate.objects.filter(pk=candidate_id).update(
            current_title=current.title, current_company=current.company, updated_at=now
        )
    seniority.derive([candidate_id], now=now)
    search_text.rebuild([candidate_id])
    events.publish(
        CANDIDATE_CHANGED, candidate=candidate_id, occurred_at=now, actor=by, data={"fields": ["employments"]}
    )
    audit.record(
        action="candidate.change",
        by=by,
        object_type="talent.candidate",
        object_id=candidate_id,
        fields=["employments"],
    )
