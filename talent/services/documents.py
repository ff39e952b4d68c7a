"""Documents of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm import events
from crm.actors import SYSTEM, Actor
from crm.events import Subject
from crm.models import StoredFile
from crm.services import audit, files
from talent.choices import DocumentKind
from talent.events import CANDIDATE_CHANGED, DOCUMENT_ADDED
from talent.models import Candidate, Document
from talent.services import search_text


class NotCurrent(ValueError):
    """Only the newest version of a document is replaced."""


@transaction.atomic
def add(
    *, candidate: Candidate, file: StoredFile, text: str, by: Actor, now: datetime, kind: str = DocumentKind.RESUME
) -> Document:
    """Put a stored file on a person; the same content a second time is the same document."""
    same = Document.objects.current().filter(candidate=candidate, file__sha256=file.sha256).first()
    if same is not None:
        return same
    document = Document.objects.create(candidate=candidate, file=file, text=text.replace("\x00", ""), kind=kind)
    _tell(document, by, now)
    return document


@transaction.atomic
def replace(*, document: Document, file: StoredFile, text: str, by: Actor, now: datetime) -> Document:
    """A newer version takes the document's place; the old ones stay, and are no longer searched. Raises NotCurrent."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    if document.replaced_at is not None:
        raise NotCurrent("There is a newer version of this document already.")
    document.replaced_at = now
    document.save(update_fields=["replaced_at"])
    newer = Document.objects.create(
        candidate_id=document.candidate_id,
        file=file,
        text=text.replace("\x00", ""),
        kind=document.kind,
        original_id=document.original_id or document.pk,
        version=document.version + 1,
    )
    _tell(newer, by, now)
    return newer


@transaction.atomic
def set_text(*, document: Document, text: str) -> None:
    """Keep the text that was read from a document's file, so that it is found."""
    document.text = text.replace("\x00", "")
    document.save(update_fields=["text"])
    search_text.rebuild([document.candidate_id])
    _changed(document, SYSTEM, timezone.now())


@transaction.atomic
def remove(*, document: Document, by: Actor, now: datetime) -> None:
    """Take a document off a person with all its versions, and their files where nothing else needs them."""
    first = document.original_id or document.pk
    rows = Document.objects.filter(Q(pk=first) | Q(original_id=first)).select_related("file")
    papers = [row.file for row in rows]
    Document.objects.filter(original_id=first).delete()
    Document.objects.filter(pk=first).delete()
    for paper in papers:
        files.delete(file=paper)
    search_text.rebuild([document.candidate_id])
    _changed(document, by, now)
    audit.record(action="document.remove", by=by, object_type="talent.candidate", object_id=document.candidate_id)


def versions(candidate: Candidate) -> list[tuple[Document, list[Document]]]:
    """(newest version, the older ones) of each of a person's documents, the newest first, in one query."""
    return with_versions(list(Document.objects.filter(candidate=candidate).select_related("file").defer("text")))


def with_versions(rows: Sequence[Document]) -> list[tuple[Document, list[Document]]]:
    """The same of rows that were read already."""
    older: dict[UUID, list[Document]] = {}
    for row in sorted(rows, key=lambda one: -one.version):
        if row.replaced_at is not None:
            older.setdefault(row.original_id or row.pk, []).append(row)
    return [(row, older.get(row.original_id or row.pk, [])) for row in rows if row.replaced_at is None]


def _tell(document: Document, by: Actor, now: datetime) -> None:
    search_text.rebuild([document.candidate_id])
    events.publish(
        DOCUMENT_ADDED,
        candidate=document.candidate_id,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.document", document.pk),
        data={"name": document.file.name},
    )


def _changed(document: Document, by: Actor, now: datetime) -> None:
    """What rules ask of documents may have another answer for this person."""
    data = {"fields": ["documents"]}
    events.publish(CANDIDATE_CHANGED, candidate=document.candidate_id, occurred_at=now, actor=by, data=data)
