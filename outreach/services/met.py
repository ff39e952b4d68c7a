"""Where we met people: the events that they came to, or came to us by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from talent.choices import SourceKind
from talent.models import Attendance, Candidate, Source, SourceTouch

NAMELESS = str(SourceKind.EVENT.label).casefold()  # a source that says no more than that it was one


Met = tuple[datetime, str]


def events(people: Sequence[Candidate], now: datetime) -> dict[UUID, str]:
    """{person: the event of the last time that they came to one, or to us by one}."""
    found = _sources(people, now)
    for person, (at, name) in _attended(people, now):
        known = found.get(person)
        if known is None or known[1].casefold() == NAMELESS or known[0] <= at:
            found[person] = (at, name)
    return {person: name for person, (_, name) in found.items() if name.casefold() != NAMELESS}


def _sources(people: Sequence[Candidate], now: datetime) -> dict[UUID, Met]:
    """What they came to us by the last time, as their sources say."""
    by_event = Source.objects.filter(kind=SourceKind.EVENT)
    names = dict(by_event.filter(pk__in={one.source_id for one in people}).values_list("pk", "name"))
    found = {one.pk: (one.created_at, names[one.source_id]) for one in people if one.source_id in names}
    touches = SourceTouch.objects.filter(candidate__in=[one.pk for one in people], source__kind=SourceKind.EVENT)
    later = touches.filter(touched_at__lte=now).order_by("touched_at", "pk")
    told = later.values_list("candidate_id", "touched_at", "source__name")
    return found | {person: (at, name) for person, at, name in told}


def _attended(people: Sequence[Candidate], now: datetime) -> list[tuple[UUID, Met]]:
    """What they were seen at, the oldest first."""
    rows = Attendance.objects.attended().filter(candidate__in=[one.pk for one in people], event__starts_at__lte=now)
    told = rows.order_by("event__starts_at", "pk").values_list("candidate_id", "event__starts_at", "event__name")
    return [(person, (at, name)) for person, at, name in told]
