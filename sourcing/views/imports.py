"""The imports of a tenant: the list, one batch with its progress and result, what was refused."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import files
from sourcing.choices import BatchKind, BatchState, RowState
from sourcing.forms import TableForm
from sourcing.models import ImportBatch
from sourcing.services import reports

TONES = {
    RowState.CREATED: "success",
    RowState.UPDATED: "info",
    RowState.UNCHANGED: "neutral",
    RowState.KEPT: "warning",
    RowState.REFUSED: "error",
    RowState.WAITING: "neutral",
}


@member(Permission.CANDIDATE_IMPORT)
def listing(request: MemberRequest) -> HttpResponse:
    words = {"batches": reports.recent(), "form": TableForm(), "resume_limits": files.RESUMES}
    return render(request, "sourcing/import_list.html", words)


@member(Permission.CANDIDATE_IMPORT)
def show(request: MemberRequest, pk: str) -> HttpResponse:
    """A batch at the step it stands at."""
    batch = load(ImportBatch, pk)
    if batch.state == BatchState.UPLOADED:
        return redirect("sourcing:import-columns", request.tenant.slug, pk)
    if batch.state == BatchState.CHECKED:
        return redirect("sourcing:import-check", request.tenant.slug, pk)
    template = "resume_batch" if batch.kind == BatchKind.RESUMES else "import_result"
    report = reports.of_batch(batch, only=request.GET.get("show", ""), after=request.GET.get("after", ""))
    words = {"batch": batch, "report": report, "tones": TONES, "now": timezone.now()}
    return render(request, f"sourcing/{template}.html", words)


@member(Permission.CANDIDATE_IMPORT)
def progress(request: MemberRequest, pk: str) -> HttpResponse:
    """The part of the page that moves while a batch runs."""
    batch = load(ImportBatch, pk)
    report = reports.of_batch(batch, only=request.GET.get("show", ""), after=request.GET.get("after", ""))
    return render(request, "sourcing/import_result.html#progress", {"batch": batch, "report": report})


@member(Permission.CANDIDATE_IMPORT)
def refused(request: MemberRequest, pk: str) -> HttpResponse:
    """The rows that could not be taken, as they stood in the file, each with its reason in front."""
    batch = load(ImportBatch, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="refused.csv"'
    writer = csv.writer(response)
    writer.writerow(["Row", "Reason", *batch.columns])
    writer.writerows(reports.refused_rows(batch))
    return response
