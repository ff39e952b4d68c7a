"""The schools, courses and degrees of a person, by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crm.actors import Actor
from talent.models import Education
from talent.services import histories

FIELD = "education"


@transaction.atomic
def save(*, education: Education, by: Actor, now: datetime) -> None:
    """Add or change a school, course or degree."""
    histories.keep(education, field=FIELD, by=by)
    histories.tell(education.candidate_id, field=FIELD, by=by, now=now)


@transaction.atomic
def remove(*, education: Education, by: Actor, now: datetime) -> None:
    """Take a school, course or degree off a person."""
    education.delete()
    histories.tell(education.candidate_id, field=FIELD, by=by, now=now)
