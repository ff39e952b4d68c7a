"""Bringing a table in: choose it, say what its columns are, see the check, run."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services.files import FileRefused
from sourcing.choices import BatchState
from sourcing.forms import ColumnsForm, TableForm
from sourcing.models import ImportBatch
from sourcing.services import imports, reports
from sourcing.services.imports import MappingRefused, WrongState
from sourcing.services.tables import TableRefused


def _steps(at: int) -> list[dict[str, str]]:
    names = ("Choose the table", "Columns", "Check", "Run")
    states = ["done" if n < at else "current" if n == at else "todo" for n in range(len(names))]
    return [{"label": name, "url": "", "state": state} for name, state in zip(names, states, strict=True)]


@member(Permission.CANDIDATE_IMPORT)
def new(request: MemberRequest) -> HttpResponse:
    form = TableForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            batch = imports.upload(content=upload.read(), name=upload.name, by=request.actor)
            return redirect("sourcing:import-columns", request.tenant.slug, batch.pk)
        except (FileRefused, TableRefused) as error:
            form.add_error("file", str(error))
    return _page(request, "table_new", {"form": form, "steps": _steps(0)}, form.is_bound)


@member(Permission.CANDIDATE_IMPORT)
def columns(request: MemberRequest, pk: str) -> HttpResponse:
    batch = load(ImportBatch, pk)
    if batch.state in (BatchState.RUNNING, BatchState.FINISHED):
        return redirect("sourcing:import", request.tenant.slug, pk)
    initial = {"tag": batch.tag}
    form = ColumnsForm(
        request.POST or None,
        columns=batch.columns,
        guesses=batch.mapping,
        role=request.member.role,
        initial=initial,
    )
    if form.is_valid():
        try:
            imports.check(batch=batch, chosen=form.chosen, tag=form.cleaned_data["tag"], by=request.actor)
            return redirect("sourcing:import-check", request.tenant.slug, pk)
        except MappingRefused as error:
            form.add_error(None, str(error))
    words = {"batch": batch, "form": form, "columns": reports.columns(batch, form), "steps": _steps(1)}
    return _page(request, "import_columns", words, form.is_bound)


@member(Permission.CANDIDATE_IMPORT)
def check(request: MemberRequest, pk: str) -> HttpResponse:
    batch = load(ImportBatch, pk)
    if batch.state != BatchState.CHECKED:
        return redirect("sourcing:import", request.tenant.slug, pk)
    words = {"batch": batch, "check": reports.check(batch), "steps": _steps(2)}
    return render(request, "sourcing/import_check.html", words)


@require_POST
@member(Permission.CANDIDATE_IMPORT)
def run(request: MemberRequest, pk: str) -> HttpResponse:
    batch = load(ImportBatch, pk)
    try:
        imports.start(batch=batch, by=request.actor)
    except WrongState:
        return redirect("sourcing:import-columns", request.tenant.slug, pk)
    return redirect("sourcing:import", request.tenant.slug, pk)


def _page(request: HttpRequest, name: str, words: dict[str, object], is_bound: bool) -> HttpResponse:
    return render(request, f"sourcing/{name}.html", words, status=422 if is_bound else 200)
