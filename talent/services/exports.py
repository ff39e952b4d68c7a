"""Lists as files: written in batches in the background, kept for a week, every download audited.

Only columns of `talent.services.columns` are written: notes, private labels and confidential pools are none of them.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from crm.actors import Actor
from crm.background import RETRYABLE, wake_on_commit
from crm.models import StoredFile, Tenant
from crm.services import audit, files
from crm.tenancy.context import current_tenant_id, dispatch
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from talent.choices import Warmth
from talent.models import Export
from talent.services import columns, kept_rules, listing
from talent.services.columns import Cell, Column
from talent.services.listing import NotReadable
from talent.services.sheets import Csv, Sheet, Xlsx

WRITE_TASK = "talent.tasks.write_export"
BATCH = 2000
MOST = 1_000_000  # an XLSX sheet holds 1,048,576 rows
KEPT = timedelta(days=7)
LEASE = timedelta(minutes=5)
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
State = Export.State
logger = logging.getLogger(__name__)


class ExportRefused(ValueError):
    """It cannot be exported; the message says why."""


@transaction.atomic
def start(*, query: str, wanted: Sequence[str], role: str, format: str, by: Actor, now: datetime, zone: str) -> Export:
    """Begin an export of everybody whom the list shows for `query`. Small ones are ready when this returns.

    `wanted` are names of columns, none for the usual ones; `role` decides which custom fields may be read.
    Raises ExportRefused.
    """
    if format not in Export.Format.values:
        raise ExportRefused(f"Choose one of: {', '.join(Export.Format.values)}.")
    query = kept_rules.spelled_out(query)
    try:
        asked = listing.acted_on(query, zone)
    except NotReadable as error:
        raise ExportRefused(str(error)) from error
    total = listing.matching(asked, now)[: MOST + 1].count()
    if total > MOST:
        raise ExportRefused(f"A file holds {MOST:,} people at most. Narrow the list with a filter.")
    names = [column.name for column in columns.chosen(wanted, role)]
    export = Export.objects.create(
        format=format,
        query=query,
        columns=names,
        role=role,
        total=total,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        started_at=now,
        expires_at=now + KEPT,
    )
    audit.record(
        action="export.start",
        by=by,
        object_type="talent.export",
        object_id=export.pk,
        fields=names,
        facts={"people": total},
    )
    if total > BATCH:
        wake_on_commit(WRITE_TASK, "bulk", current_tenant_id(), export.pk)
        return export
    with tempfile.TemporaryFile() as into:
        sheet = _sheet(export, into)
        for rows in _pages(export, zone):
            _add(sheet, rows)
        _finish(export, sheet, into, now)
    return export


def _sheet(export: Export, into: BinaryIO) -> Sheet:
    is_xlsx = export.format == Export.Format.XLSX
    sheet: Sheet = Xlsx(into, "Candidates") if is_xlsx else Csv(into, bom=export.format == Export.Format.CSV_BOM)
    sheet.add(["Name", *(column.label for column in columns.chosen(export.columns, export.role))])
    return sheet


def _add(sheet: Sheet, rows: Sequence[Sequence[str]]) -> None:
    for row in rows:
        sheet.add(row)


def text(cell: Cell, zone: ZoneInfo) -> str:
    """A cell as a file says it."""
    if isinstance(cell, datetime):
        return columns.local(cell, zone)
    if isinstance(cell, Warmth):
        return cell.label
    return ", ".join(cell) if isinstance(cell, list) else cell or ""


def page(export: Export, after: UUID | None, zone: str) -> tuple[list[list[str]], UUID | None]:
    """The next rows after a person, by key, and the last one's key; nobody who came after the export began.

    Raises NotReadable, when a filter of the list is gone since.
    """
    asked = listing.acted_on(export.query, zone)
    shown = columns.chosen(export.columns, export.role)
    people = listing.matching(asked, export.started_at).filter(created_at__lte=export.started_at)
    later = people.filter(pk__gt=after) if after else people
    found = list(later.order_by("pk").values(*columns.reads(shown))[:BATCH])
    return _rows(found, shown, export.started_at, ZoneInfo(zone)), found[-1]["pk"] if found else None


def _rows(found: Sequence[columns.Row], shown: Sequence[Column], now: datetime, zone: ZoneInfo) -> list[list[str]]:
    names = columns.names_for(found, shown, now)
    return [[row["name"], *(text(column.cell(row, names), zone) for column in shown)] for row in found]


def _pages(export: Export, zone: str) -> Iterator[list[list[str]]]:
    last = None
    while True:
        rows, last = page(export, last, zone)
        if rows:
            yield rows
        if last is None:
            return
        export.written += len(rows)


def _finish(export: Export, sheet: Sheet, into: BinaryIO, now: datetime) -> None:
    sheet.close()
    ending = "xlsx" if export.format == Export.Format.XLSX else "csv"
    into.seek(0)
    name = f"candidates-{export.started_at:%Y-%m-%d}.{ending}"
    export.file = files.store_stream(stream=into, name=name, content_type=TYPES[ending])
    export.state, export.finished_at, export.lease_until = State.DONE, now, None
    export.save()


def _claim(export_id: object, now: datetime) -> Export | None:
    """Take an export that nobody writes; a lease that has run out is a dead worker's."""
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)
    taken = Export.objects.filter(free, pk=export_id).update(state=State.RUNNING, lease_until=now + LEASE, written=0)
    return Export.objects.get(pk=export_id) if taken else None


def write(*, tenant: Tenant, export_id: object) -> None:
    """Write an export, a transaction for each batch; begun anew when a worker died. The file appears when whole."""
    with open_tenant(tenant):
        export = _claim(export_id, timezone.now())
    if export is None:
        return
    try:
        # The list was asked for by somebody who may know of more than the whole team does.
        with tempfile.TemporaryFile() as into, seen_by(export.actor_id if export.actor_kind == "member" else None):
            _write(tenant, export, into)
    except RETRYABLE:
        raise
    except Exception as error:
        logger.exception("export %s failed", export_id)
        with open_tenant(tenant):
            went_wrong = "Something went wrong on our side. Please start it again."
            words = str(error)[:200] if isinstance(error, NotReadable) else went_wrong
            Export.objects.filter(pk=export_id).update(state=State.FAILED, problem=words, finished_at=timezone.now())


def _write(tenant: Tenant, export: Export, into: BinaryIO) -> None:
    last: UUID | None = None
    with open_tenant(tenant):
        sheet = _sheet(export, into)
    while True:
        with open_tenant(tenant):
            rows, last = page(export, last, tenant.time_zone)
            _add(sheet, rows)
            if last is None:
                _finish(export, sheet, into, timezone.now())
                return
            export.written += len(rows)
            export.lease_until = timezone.now() + LEASE
            export.save(update_fields=["written", "lease_until"])


@transaction.atomic
def read(*, export: Export, by: Actor, now: datetime) -> StoredFile:
    """The file, audited. Raises ExportRefused when it is not ready, or no longer there."""
    if not export.is_ready(now) or export.file is None:
        raise ExportRefused("This file is no longer there." if now >= export.expires_at else "This is not ready yet.")
    audit.record(action="export.read", by=by, object_type="talent.export", object_id=export.pk)
    return export.file


def recently(limit: int = 50) -> list[Export]:
    return list(Export.objects.select_related("file")[:limit])


def waiting_work(now: datetime, limit: int = 100) -> list[tuple[UUID, UUID, str]]:
    """(tenant, export, state) of what waits for a worker, and of files whose time is over, in all tenants."""
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, id, state FROM talent_export WHERE state IN ('waiting', 'running') "
            "OR (state = 'done' AND expires_at <= %s) LIMIT %s",
            [now, limit],
        )
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


def expire(*, tenant: Tenant, export_id: object, now: datetime) -> None:
    """Remove a file whose time is over."""
    with open_tenant(tenant):
        rows = Export.objects.select_for_update(of=("self",)).filter(state=State.DONE, expires_at__lte=now)
        export = rows.filter(pk=export_id).first()
        if export is not None:
            file, export.file, export.state = export.file, None, State.EXPIRED
            export.save(update_fields=["file", "state"])
            if file is not None:
                files.delete(file=file)
