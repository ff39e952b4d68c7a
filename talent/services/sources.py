"""How people came to us: the first time stays, later ones are added."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, Source, SourceTouch


class SourceStays(ValueError):
    """The first source of a person is not replaced."""


def touch(*, candidate: Candidate, source: Source, now: datetime, detail: str = "") -> SourceTouch | None:
    """Note that a person came once more; nothing where the last time was by the same source."""
    last = SourceTouch.objects.filter(candidate=candidate).order_by("-touched_at", "-pk").first()
    if source.pk == (last.source_id if last else candidate.source_id):
        return None
    return SourceTouch.objects.create(candidate=candidate, source=source, touched_at=now, detail=detail[:200])


@transaction.atomic
def add(*, candidate: Candidate, source: Source, by: Actor, now: datetime, detail: str = "") -> SourceTouch | None:
    """The same by a hand: the first source where there is none yet, else one more."""
    audit.record(action="candidate.source", by=by, object_type="talent.candidate", object_id=candidate.pk)
    events.publish(CANDIDATE_CHANGED, candidate=candidate.pk, occurred_at=now, actor=by, data={"fields": ["source"]})
    if candidate.source_id is None:
        candidate.source = source
        candidate.save(update_fields=["source", "updated_at"])
        return None
    return touch(candidate=candidate, source=source, now=now, detail=detail or by.label)


def later(candidate: Candidate) -> list[SourceTouch]:
    """The times after the first one, in their order."""
    return list(SourceTouch.objects.filter(candidate=candidate).select_related("source"))
