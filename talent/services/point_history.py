"""What happened to contact points: noted when it happens, corrected and confirmed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crm.actors import Actor
from talent.choices import PointChange
from talent.models import Candidate, ContactPoint, ContactPointChange

MOST = 100


def note(points: Iterable[ContactPoint], change: PointChange, *, by: Actor, now: datetime, was: str = "") -> None:
    """Keep what happened; `was` is what the point said before."""
    ContactPointChange.objects.bulk_create(
        ContactPointChange(
            candidate_id=point.candidate_id,
            change=change,
            kind=point.kind,
            value=point.value,
            was=was,
            changed_at=now,
            changed_by=by.label[:120],
        )
        for point in points
    )


def of(candidate: Candidate) -> list[ContactPointChange]:
    """The latest changes of a person's contact points."""
    return list(ContactPointChange.objects.filter(candidate=candidate)[:MOST])
