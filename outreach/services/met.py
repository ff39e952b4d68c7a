"""Where we met people: the events that they came to us by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from talent.choices import SourceKind
from talent.models import Candidate, Source, SourceTouch

NAMELESS = str(SourceKind.EVENT.label).casefold()  # a source that says no more than that it was one


def events(people: Sequence[Candidate], now: datetime) -> dict[UUID, str]:
    """{person: the event of the last time that they came to us by one}."""
    by_event = Source.objects.filter(kind=SourceKind.EVENT)
    names = dict(by_event.filter(pk__in={one.source_id for one in people}).values_list("pk", "name"))
    found = {one.pk: names[one.source_id] for one in people if one.source_id in names}
    touches = SourceTouch.objects.filter(candidate__in=[one.pk for one in people], source__kind=SourceKind.EVENT)
    later = touches.filter(touched_at__lte=now).order_by("touched_at", "pk")
    found |= dict(later.values_list("candidate_id", "source__name"))
    return {person: name for person, name in found.items() if name.casefold() != NAMELESS}
