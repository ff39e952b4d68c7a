"""Notes of the team about a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from talent.events import NOTE_ADDED
from talent.models import Candidate, Note
from talent.services import search_text


@transaction.atomic
def add(*, candidate: Candidate, text: str, by: Actor, author_id: UUID | None, now: datetime) -> Note:
    """Write a note; only the team sees it."""
    note = Note.objects.create(candidate=candidate, author_id=author_id, text=text.strip())
    search_text.rebuild([candidate.pk])
    events.publish(
        NOTE_ADDED, candidate=candidate.pk, occurred_at=now, actor=by, subject=Subject("talent.note", note.pk)
    )
    return note


@transaction.atomic
def delete(*, note: Note, by: Actor) -> None:
    """Take a note back."""
    key, candidate_id = note.pk, note.candidate_id
    note.delete()
    search_text.rebuild([candidate_id])
    audit.record(action="note.delete", by=by, object_type="talent.note", object_id=key)
