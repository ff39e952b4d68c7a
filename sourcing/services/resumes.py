"""Résumés on their way in: kept at once, read in the background, saved as people with every source."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from crm import events
from crm.actors import Actor
from crm.background import wake_on_commit
from crm.events import Subject
from crm.models import Tenant
from crm.services import audit, files
from crm.tenancy.context import current_tenant_id
from crm.tenancy.context import tenant as open_tenant
from sourcing.choices import BatchKind, BatchState, RowState
from sourcing.events import RESUME_READ
from sourcing.models import ImportBatch, ParsedDocument
from sourcing.resumes import reader
from sourcing.resumes.errors import NoText, ResumeError, by_code
from sourcing.resumes.fields import Education, Employment, Found, ParsedResume
from talent.choices import SourceKind
from talent.profile import Claim, Job, Place, Profile, School
from talent.services import candidates, claims, documents
from talent.services.candidates import NothingKnown, Origin

READ_TASK = "sourcing.tasks.read_resume"
MAX_ATTEMPTS = 3


def todays_batch(*, by: Actor, now: datetime) -> ImportBatch:
    """The batch that today's résumés of this member belong to; made with the first of them."""
    name = f"Résumés of {now:%d %B %Y}".replace(" 0", " ")
    batch, _ = ImportBatch.objects.get_or_create(
        kind=BatchKind.RESUMES,
        name=name,
        started_by_label=by.label,
        defaults={"state": BatchState.RUNNING, "started_by_id": by.member_id},
    )
    return batch


@transaction.atomic
def upload(*, content: bytes, name: str, content_type: str, by: Actor, now: datetime) -> ParsedDocument:
    """Keep a résumé and have it read in the background. Raises FileRefused with a sentence; then nothing is kept."""
    files.check(name=name, size=len(content), limits=files.RESUMES)
    file = files.store(content=content, name=name, content_type=content_type)
    document = ParsedDocument.objects.create(batch=todays_batch(by=by, now=now), file=file)
    audit.record(action="resume.upload", by=by, object_type="crm.storedfile", object_id=file.pk)
    wake_on_commit(READ_TASK, "parse", current_tenant_id(), document.pk)
    return document


def read(*, tenant: Tenant, document_id: object) -> None:
    """Read one waiting résumé: outside a transaction, in the sandbox; then save what it says in one transaction.

    Running it twice changes nothing. A file that kills its reader three times is given up with a sentence.
    """
    with open_tenant(tenant):
        document = ParsedDocument.objects.waiting().filter(pk=document_id).select_related("file").first()
        if document is None:
            return
        ParsedDocument.objects.filter(pk=document.pk).update(attempts=F("attempts") + 1)
        content = files.read(document.file)
    parsed, problem = _parse(content, document)
    with open_tenant(tenant):
        row = ParsedDocument.objects.select_for_update().select_related("batch", "file").get(pk=document.pk)
        if row.state == RowState.WAITING:
            _settle(row, parsed, problem)


def _parse(content: bytes, document: ParsedDocument) -> tuple[ParsedResume | None, ResumeError | None]:
    if document.attempts >= MAX_ATTEMPTS:
        return None, by_code("too_much_work")
    try:
        return reader.read(content, document.file.name), None
    except ResumeError as error:
        return None, error


def _settle(row: ParsedDocument, parsed: ParsedResume | None, problem: ResumeError | None) -> None:
    """Save the person, or say why there is none. The file itself is kept either way, refused types excepted."""
    if parsed is None:
        row.state = RowState.KEPT if isinstance(problem, NoText) else RowState.REFUSED
        row.problem = str(problem)[:500]
        row.save(update_fields=["state", "problem"])
        return
    row.result, row.problem = parsed.to_json(), " ".join(parsed.warnings)[:500]
    try:
        with transaction.atomic():
            _save_person(row, parsed)
    except NothingKnown:
        row.state, row.problem = RowState.KEPT, "No name and no address was found in it. Add the person by hand."
    row.save(update_fields=["state", "problem", "result", "candidate"])


def _save_person(row: ParsedDocument, parsed: ParsedResume) -> None:
    now, batch = timezone.now(), row.batch
    by = Actor("member", batch.started_by_id, batch.started_by_label)
    origin = Origin(row.file.name, SourceKind.RESUME, "Résumé upload")
    outcome = candidates.save(profile=profile_of(parsed), origin=origin, by=by, now=now)
    document = documents.add(candidate=outcome.candidate, file=row.file, text=parsed.text, by=by, now=now)
    claims.ground(candidate=outcome.candidate, document=document)
    row.candidate = outcome.candidate
    row.state = RowState.CREATED if outcome.created else (RowState.UPDATED if outcome.changed else RowState.UNCHANGED)
    events.publish(
        RESUME_READ,
        candidate=outcome.candidate.pk,
        occurred_at=now,
        actor=by,
        subject=Subject("sourcing.parseddocument", row.pk),
        data={"created": outcome.created},
    )


def _claim(found: Found | None) -> Claim | None:
    return Claim(found.value, found.source.snippet, found.confidence) if found else None


def _value(found: Found | None) -> str:
    return found.value if found else ""


def _basis(*found: Found | None) -> tuple[str, float]:
    """The words that values were read from, and how sure the least sure of them is."""
    read = [f for f in found if f]
    return (read[0].source.snippet, min(f.confidence for f in read)) if read else ("", 1.0)


def _job(entry: Employment) -> Job:
    snippet, confidence = _basis(entry.title, entry.company)
    return Job(
        title=_value(entry.title),
        company=_value(entry.company),
        start=_value(entry.start),
        end=_value(entry.end),
        is_current=entry.is_current,
        snippet=snippet,
        confidence=confidence,
    )


def _school(entry: Education) -> School:
    snippet, confidence = _basis(entry.institution, entry.degree)
    return School(
        institution=_value(entry.institution),
        degree=_value(entry.degree),
        start=_value(entry.start),
        end=_value(entry.end),
        snippet=snippet,
        confidence=confidence,
    )


def profile_of(parsed: ParsedResume) -> Profile:
    """What a résumé says, in the neutral form; every value with the words it was read from."""
    said = parsed.fields
    place = said.location
    return Profile(
        name=_claim(said.name),
        headline=_claim(said.headline),
        emails=[c for f in said.emails if (c := _claim(f))],
        phones=[Claim(p.e164 or p.raw.value, p.raw.source.snippet, p.raw.confidence) for p in said.phones],
        links=[c for link in said.links if (c := _claim(link.url))],
        place=Place(
            text=place.raw.value,
            city=place.city or "",
            region=place.region or "",
            snippet=place.raw.source.snippet,
            confidence=place.raw.confidence,
        )
        if place
        else None,
        skills=[c for f in said.skills if (c := _claim(f))],
        jobs=[_job(e) for e in said.employments],
        schools=[_school(e) for e in said.education],
        text=parsed.text,
    )
