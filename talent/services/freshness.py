"""How old what we know is: when each field was last told, and whether that is too long ago to rely on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from talent.models import Candidate, Provenance

STALE_AFTER = timedelta(days=365)


def told_at(candidate: Candidate) -> Mapping[str, datetime]:
    """{field: when it was last told}, by the names of provenance (name, email, skill, employment, custom.key ...)."""
    rows = Provenance.objects.filter(candidate=candidate).order_by().values("field").annotate(at=Max("created_at"))
    return {row["field"]: row["at"] for row in rows}


def is_stale(told: datetime | None, now: datetime) -> bool:
    """Whether something was told so long ago that it may no longer hold; what has no date is not judged."""
    return told is not None and now - told > STALE_AFTER
