"""Imports of tables: upload, mapping, a check of every row before anything is written, the run in the background."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
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
from sourcing.events import IMPORT_FINISHED
from sourcing.models import ImportBatch, ImportRow
from sourcing.services import mapping, tables
from talent.choices import SourceKind
from talent.identity import Identified
from talent.models import ContactPoint
from talent.profile import Profile
from talent.services import candidates, field_values, labels, notes
from talent.services.candidates import NothingKnown, Origin

CHUNK = 25
RUN_TASK = "sourcing.tasks.run_import"


class MappingRefused(ValueError):
    """The mapping cannot be used; the message says why."""


class WrongState(ValueError):
    """The batch is past that step; the message says where it stands."""


@transaction.atomic
def upload(*, content: bytes, name: str, by: Actor) -> ImportBatch:
    """Keep a table and its rows, with a guess of what each column is. Nothing becomes a candidate yet.

    Raises FileRefused (size, type) or TableRefused (content), each with a sentence; then nothing is kept.
    """
    files.check(name=name, size=len(content), limits=files.TABLES)
    table = tables.read(content, name)
    file = files.store(content=content, name=name, content_type="text/csv")
    batch = ImportBatch.objects.create(
        kind=BatchKind.TABLE,
        name=name[-255:],
        file=file,
        columns=list(table.columns),
        mapping=mapping.guess(table.columns, table.rows),
        dialect={"encoding": table.encoding, "delimiter": table.delimiter},
        started_by_id=by.member_id,
        started_by_label=by.label,
    )
    rows = (ImportRow(batch=batch, number=n, values=list(row)) for n, row in enumerate(table.rows, start=1))
    ImportRow.objects.bulk_create(rows, batch_size=2000)
    audit.record(action="import.upload", by=by, object_type="sourcing.importbatch", object_id=batch.pk)
    return batch


@transaction.atomic
def check(*, batch: ImportBatch, chosen: Sequence[str], tag: str, by: Actor) -> ImportBatch:
    """Fix the mapping and forecast every row: new, known, or refused with the reason. Writes no candidate.

    Raises MappingRefused, or WrongState once the batch runs.
    """
    if batch.state not in (BatchState.UPLOADED, BatchState.CHECKED):
        raise WrongState("This import has already been started.")
    if reason := mapping.problem(chosen):
        raise MappingRefused(reason)
    seen: set[tuple[str, str]] = set()
    for first in range(1, ImportRow.objects.filter(batch=batch).count() + 1, 1000):
        rows = list(ImportRow.objects.filter(batch=batch, number__gte=first, number__lt=first + 1000))
        _forecast(rows, chosen, seen)
        ImportRow.objects.bulk_update(rows, ["forecast", "problem"])
    batch.mapping, batch.tag, batch.state = list(chosen), tag.strip()[:60], BatchState.CHECKED
    batch.save(update_fields=["mapping", "tag", "state"])
    audit.record(action="import.check", by=by, object_type="sourcing.importbatch", object_id=batch.pk)
    return batch


def _forecast(rows: list[ImportRow], chosen: Sequence[str], seen: set[tuple[str, str]]) -> None:
    """Write on each row what would become of it; `seen` holds the identifying keys of the rows before."""
    read = [(row, *_points(mapping.profile(row.values, chosen))) for row in rows]
    known = ContactPoint.objects.owners_of(p.key for _, _, points, _ in read for p in points)
    for row, profile, points, problems in read:
        row.problem = " ".join(problems)[:500]
        if not profile.name and not points:
            row.forecast = RowState.REFUSED
            row.problem = row.problem or "There is no name, e-mail address or profile link in this row."
        elif any(p.key in known or p.key in seen for p in points):
            row.forecast = RowState.UPDATED
        else:
            row.forecast = RowState.CREATED
        seen.update(p.key for p in points if p.kind != "phone")


def _points(profile: Profile) -> tuple[Profile, list[Identified], list[str]]:
    points, problems = candidates.identified(profile)
    return profile, points, problems + (field_values.fitting(profile.custom)[1] if profile.custom else [])


@transaction.atomic
def start(*, batch: ImportBatch, by: Actor) -> ImportBatch:
    """Let a checked batch run in the background. Starting it twice changes nothing."""
    if batch.state == BatchState.UPLOADED:
        raise WrongState("Check the columns first.")
    if batch.state == BatchState.CHECKED:
        batch.state = BatchState.RUNNING
        batch.save(update_fields=["state"])
        audit.record(action="import.start", by=by, object_type="sourcing.importbatch", object_id=batch.pk)
        wake_on_commit(RUN_TASK, "bulk", current_tenant_id(), batch.pk)
    return batch


def run(*, tenant: Tenant, batch_id: object) -> None:
    """Work through the waiting rows, a chunk a transaction: whoever gets killed, each row is taken in once."""
    while True:
        with open_tenant(tenant):
            batch = ImportBatch.objects.select_for_update(skip_locked=True).filter(pk=batch_id).first()
            if batch is None or batch.state != BatchState.RUNNING:
                return
            rows = list(ImportRow.objects.filter(batch=batch).waiting()[:CHUNK])
            for row in rows:
                _take_in(batch, row)
            ImportRow.objects.bulk_update(rows, ["state", "problem", "candidate"])
            if len(rows) < CHUNK:
                _finish(batch)
                return


def _take_in(batch: ImportBatch, row: ImportRow) -> None:
    """One row becomes, or is added to, a person; what cannot be taken says why and stops nothing else."""
    now = timezone.now()
    by = Actor("member", batch.started_by_id, batch.started_by_label)
    profile = mapping.profile(row.values, batch.mapping)
    try:
        with transaction.atomic():
            outcome = candidates.save(profile=profile, origin=Origin(batch.name, SourceKind.CSV), by=by, now=now)
            for name in dict.fromkeys([*profile.tags, *([batch.tag] if batch.tag else [])]):
                labels.tag(candidates=[outcome.candidate], name=name, by=by, now=now)
            if profile.note and outcome.created:
                notes.add(candidate=outcome.candidate, text=profile.note, by=by, author_id=by.id, now=now)
            own, problems = field_values.fitting(profile.custom) if profile.custom else ({}, [])
            filled = (
                field_values.fill(candidate=outcome.candidate, values=own, role=None, by=by, now=now) if own else []
            )
    except NothingKnown as error:
        row.state, row.problem = RowState.REFUSED, str(error)
        return
    row.candidate, row.problem = outcome.candidate, " ".join([*outcome.problems, *problems])[:500]
    grew = outcome.changed or filled
    row.state = RowState.CREATED if outcome.created else (RowState.UPDATED if grew else RowState.UNCHANGED)


def _finish(batch: ImportBatch) -> None:
    batch.state, batch.finished_at = BatchState.FINISHED, timezone.now()
    batch.save(update_fields=["state", "finished_at"])
    events.publish(
        IMPORT_FINISHED,
        candidate=None,
        occurred_at=batch.finished_at,
        actor=Actor("member", batch.started_by_id, batch.started_by_label),
        subject=Subject("sourcing.importbatch", batch.pk),
        data=ImportRow.objects.filter(batch=batch).sums(),
    )
