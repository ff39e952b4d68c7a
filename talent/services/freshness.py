"""How old what we know is: when each field was last told, and whether that is too long ago to rely on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from crm import together
from crm.together import Asked
from talent.models import Candidate, FieldDefinition, Provenance
from talent.models.custom_fields import CUSTOM

STALE_AFTER = timedelta(days=365)
MOST = 1000


def told_at(candidate: Candidate) -> Mapping[str, datetime]:
    """{field: when it was last told}, by the names of provenance (name, email, skill, employment, custom.key ...)."""
    return newest(together.rows(asks(candidate.pk)))


def newest(rows: Iterable[Provenance]) -> Mapping[str, datetime]:
    """The same out of rows at hand, the oldest first."""
    return {row.field: row.created_at for row in rows}


def of_seen(told: Mapping[str, datetime], keys: Collection[str]) -> Mapping[str, datetime]:
    """The same without the workspace's own fields that are none of these."""
    return {name: at for name, at in told.items() if not name.startswith(CUSTOM) or name.removeprefix(CUSTOM) in keys}


@together.planned
def asks(person: UUID) -> Asked[Provenance]:
    """The newest provenance of each field."""
    newest = Provenance.objects.filter(candidate_id=person).order_by("field", "-created_at")
    return newest.distinct("field").only("tenant_id", "field", "created_at")


def told_of(candidate: Candidate, role: str) -> list[Provenance]:
    """Who said what about a person, the newest first, without the workspace's own fields that a role may not see."""
    keys = FieldDefinition.objects.in_use().seen_by(role).values_list("key", flat=True)
    rows = Provenance.objects.filter(candidate=candidate)
    shown = ~Q(field__startswith=CUSTOM) | Q(field__in=[f"{CUSTOM}{key}" for key in keys])
    return list(rows.filter(shown)[:MOST])


def is_stale(told: datetime | None, now: datetime) -> bool:
    """Whether something was told so long ago that it may no longer hold; what has no date is not judged."""
    return told is not None and now - told > STALE_AFTER
