"""What a person did and learned, a row at a time and by hand: what follows whenever a row is kept or taken away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.events import CANDIDATE_CHANGED
from talent.models import Education, Employment, Provenance
from talent.services import search_text


def keep(row: Employment | Education, *, field: str, by: Actor) -> None:
    """Store a row, and whose word it is."""
    row.save()
    Provenance.objects.create(candidate_id=row.candidate_id, field=field, value=str(row)[:400], origin=by.label[:120])


def tell(candidate_id: UUID, *, field: str, by: Actor, now: datetime) -> None:
    """Search, segments and the audit log follow; `field` is what changed of the person."""
    search_text.rebuild([candidate_id])
    events.publish(CANDIDATE_CHANGED, candidate=candidate_id, occurred_at=now, actor=by, data={"fields": [field]})
    audit.record(
        action="candidate.change", by=by, object_type="talent.candidate", object_id=candidate_id, fields=[field]
    )
