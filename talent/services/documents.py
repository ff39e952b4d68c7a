"""Documents of a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.models import StoredFile
from talent.choices import DocumentKind
from talent.events import DOCUMENT_ADDED
from talent.models import Candidate, Document
from talent.services import search_text


@transaction.atomic
def add(
    *, candidate: Candidate, file: StoredFile, text: str, by: Actor, now: datetime, kind: str = DocumentKind.RESUME
) -> Document:
    """Put a stored file on a person; the same content a second time is the same document."""
    same = Document.objects.filter(candidate=candidate, file__sha256=file.sha256).first()
    if same is not None:
        return same
    document = Document.objects.create(candidate=candidate, file=file, text=text.replace("\x00", ""), kind=kind)
    search_text.rebuild([candidate.pk])
    events.publish(
        DOCUMENT_ADDED,
        candidate=candidate.pk,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.document", document.pk),
        data={"name": file.name},
    )
    return document
