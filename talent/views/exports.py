"""Exports of the list: the form, the page of files, the download."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import files
from talent.forms.lists import ExportForm
from talent.models import Export
from talent.services import exports
from talent.services.exports import ExportRefused
from talent.services.kept_rules import MOST_LETTERS
from talent.views.list_tools import wanted_columns


@member(Permission.CANDIDATE_EXPORT)
def new(request: MemberRequest) -> HttpResponse:
    """Export the list whose query string is `?query=`."""
    form = ExportForm(request.POST or None)
    query = request.POST.get("query", request.GET.get("query", ""))[:MOST_LETTERS]
    if request.method == "POST" and form.is_valid():
        try:
            exports.start(
                query=query,
                wanted=wanted_columns(query),
                role=request.member.role,
                format=form.cleaned_data["format"],
                by=request.actor,
                now=timezone.now(),
                zone=request.tenant.time_zone,
            )
            return redirect("talent:export-list", request.tenant.slug)
        except ExportRefused as error:
            form.add_error(None, str(error))
    words = {"form": form, "query": query}
    return render(request, "talent/export_new.html", words, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_EXPORT)
def listing(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    rows = [{"export": export, "is_ready": export.is_ready(now)} for export in exports.recently()]
    words = {"rows": rows, "is_working": any(row["export"].is_open for row in rows)}  # type: ignore[attr-defined]
    return render(request, f"talent/export_list.html{'#files' if request.htmx else ''}", words)


@member(Permission.CANDIDATE_EXPORT)
def download(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    try:
        file = exports.read(export=load(Export, pk), by=request.actor, now=timezone.now())
    except ExportRefused as error:
        return answers.refused(request, str(error), to=reverse("talent:export-list", args=[request.tenant.slug]))
    return files.download(file)
