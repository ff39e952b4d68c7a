"""How old what we know is: when each field was last told, and whether that is too long ago to rely on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from crm import together
from crm.together import Asked
from talent.models import Candidate, Provenance

STALE_AFTER = timedelta(days=365)


def told_at(candidate: Candidate) -> Mapping[str, datetime]:
    """{field: when it was last told}, by the names of provenance (name, email, skill, employment, custom.key ...)."""
    return {row.field: row.created_at for row in together.rows(asks(candidate.pk))}


@together.planned
def asks(person: UUID) -> Asked[Provenance]:
    """The newest provenance of each field."""
    newest = Provenance.objects.filter(candidate_id=person).order_by("field", "-created_at")
    return newest.distinct("field").only("tenant_id", "field", "created_at")


def is_stale(told: datetime | None, now: datetime) -> bool:
    """Whether something was told so long ago that it may no longer hold; what has no date is not judged."""
    return told is not None and now - told > STALE_AFTER
