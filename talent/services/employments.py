"""The jobs of a person's past and present, by hand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.actors import Actor
from talent.models import Candidate, Employment
from talent.services import histories, seniority


@transaction.atomic
def save(*, employment: Employment, by: Actor, now: datetime) -> None:
    """Add or change a job. The newest current one is what the person does now, unless this one is known to be."""
    histories.keep(employment, field="employment", by=by)
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
    histories.tell(candidate_id, field="employments", by=by, now=now)
