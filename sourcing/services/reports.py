"""What the pages and the API show of imports: samples, forecasts, sums, rows, and what was read from a résumé."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.forms import BoundField, Form

from sourcing.choices import BatchKind, RowState
from sourcing.models import ImportBatch, ImportRow, ParsedDocument
from sourcing.resumes.fields import ParsedResume
from sourcing.services import resumes

PAGE = 50


@dataclass(frozen=True)
class Report:
    """One batch: sums by state, and a page of rows (or files) with the key of the next page."""

    sums: list[tuple[RowState, int]]
    total: int
    done: int
    rows: list[Any]
    next_after: str
    only: str


def recent(limit: int = 50) -> QuerySet[ImportBatch]:
    """The newest batches, with how much is in each and how much of it is done."""
    waiting = Q(rows__state=RowState.WAITING)
    return ImportBatch.objects.order_by("-created_at").annotate(
        rows_total=Count("rows", distinct=True),
        rows_waiting=Count("rows", filter=waiting, distinct=True),
        files_total=Count("documents", distinct=True),
    )[:limit]


def _things(batch: ImportBatch) -> QuerySet[Any]:
    if batch.kind == BatchKind.RESUMES:
        return ParsedDocument.objects.filter(batch=batch).select_related("candidate", "file")
    return ImportRow.objects.filter(batch=batch).select_related("candidate")


def of_batch(batch: ImportBatch, *, only: str, after: str) -> Report:
    """A batch with 50 of its rows after the given one; `only` is a RowState or empty."""
    things = _things(batch)
    counts = things.model._default_manager.filter(batch=batch).sums()
    shown = things.filter(state=only) if only in RowState.values else things
    if batch.kind == BatchKind.RESUMES:
        shown = shown.order_by("-pk").filter(**({"pk__lt": UUID(after)} if _is_key(after) else {}))
    else:
        shown = shown.order_by("number").filter(**({"number__gt": int(after)} if after.isdigit() else {}))
    rows = list(shown[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    total = sum(counts.values())
    return Report(
        sums=[(state, counts[state]) for state in RowState if state in counts],
        total=total,
        done=total - counts.get(RowState.WAITING, 0),
        rows=rows[:PAGE],
        next_after=str(getattr(last, "number", getattr(last, "pk", ""))) if last else "",
        only=only,
    )


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def columns(batch: ImportBatch, form: Form) -> list[tuple[str, list[str], BoundField]]:
    """(heading, first three values, field) of each column."""
    first = list(ImportRow.objects.filter(batch=batch)[:20].values_list("values", flat=True))
    return [
        (heading, [row[i] for row in first if row[i]][:3], form[f"column_{i}"])
        for i, heading in enumerate(batch.columns)
    ]


def check(batch: ImportBatch) -> dict[str, Any]:
    """The forecast of a checked batch: sums, the first rows that would be refused, the first that have a remark."""
    expected = ImportRow.objects.filter(batch=batch).expected()
    with_remark = ImportRow.objects.filter(batch=batch).exclude(problem="")
    return {
        "total": sum(expected.values()),
        "created": expected.get(RowState.CREATED, 0),
        "updated": expected.get(RowState.UPDATED, 0),
        "refused": expected.get(RowState.REFUSED, 0),
        "remarks": with_remark.count(),
        "rows": list(with_remark.order_by("number")[:20]),
    }


def refused_rows(batch: ImportBatch) -> Iterator[list[str]]:
    """[number, reason, cells ...] of what was or would be refused; cells that a spreadsheet would run are quoted."""
    refused = ImportRow.objects.filter(batch=batch).filter(
        Q(state=RowState.REFUSED) | Q(state=RowState.WAITING, forecast=RowState.REFUSED)
    )
    for row in refused.order_by("number").iterator(chunk_size=1000):
        yield [str(row.number), row.problem, *(_harmless(cell) for cell in row.values)]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell


def readings(document: ParsedDocument) -> list[tuple[str, list[dict[str, Any]]]]:
    """[(heading, [{value, snippet, percent}])] of what was read from a résumé."""
    if not document.result:
        return []
    said = resumes.profile_of(ParsedResume.from_json(document.result))
    groups: list[tuple[str, list[tuple[str, str, float]]]] = [
        ("Name", [(c.value, c.snippet, c.confidence) for c in (said.name,) if c]),
        ("Headline", [(c.value, c.snippet, c.confidence) for c in (said.headline,) if c]),
        ("E-mail", [(c.value, c.snippet, c.confidence) for c in said.emails]),
        ("Phone", [(c.value, c.snippet, c.confidence) for c in said.phones]),
        ("Links", [(c.value, c.snippet, c.confidence) for c in said.links]),
        ("Place", [(said.place.text, said.place.snippet, said.place.confidence)] if said.place else []),
        ("Jobs", [(_dated(f"{j.title} · {j.company}", j.start, j.end), j.snippet, j.confidence) for j in said.jobs]),
        (
            "Education",
            [(_dated(f"{s.degree} · {s.institution}", s.start, s.end), s.snippet, s.confidence) for s in said.schools],
        ),
        ("Skills", [(c.value, c.snippet, c.confidence) for c in said.skills]),
    ]
    return [
        (heading, [{"value": v, "snippet": s, "percent": round(100 * c)} for v, s, c in rows])
        for heading, rows in groups
        if rows
    ]


def _dated(text: str, start: str, end: str) -> str:
    dates = " – ".join(d for d in (start, end) if d)
    return f"{text.strip(' ·')}{f' ({dates})' if dates else ''}"
