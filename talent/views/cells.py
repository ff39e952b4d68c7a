"""A cell of the list of people, edited where it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.cells import cell_form
from talent.models import Candidate
from talent.services import columns, inline, tags
from talent.views.list_tools import shown_cell


def _words(request: MemberRequest, candidate: Candidate, field: str) -> dict[str, Any]:
    column = next((c for c in columns.COLUMNS.values() if c.edits == field), None)
    if column is None:
        raise Http404("This cannot be edited in the list.")
    cell = columns.cells([candidate.pk], [column], timezone.now())[candidate.pk][0]
    person_url = reverse("talent:candidate-detail", args=[request.tenant.slug, candidate.pk])
    return {"cell": shown_cell(cell, column), "column": column, "candidate": candidate, "person_url": person_url}


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID, field: str) -> HttpResponse:
    """The small form of a cell; `?show=1` is the cell as it is. Posting saves it: the cell comes back, with Undo."""
    candidate = load(Candidate, pk)
    words = _words(request, candidate, field)
    if request.GET.get("show"):
        return render(request, "talent/cell.html#shown", {**words, "is_fresh": True})
    label = words["column"].label
    form = cell_form(field, candidate, request.POST if request.method == "POST" else None, label=label)
    if request.method != "POST" or not form.is_valid():
        part = "#form" if request.htmx else ""
        status = 422 if form.is_bound else 200
        return render(request, f"talent/cell.html{part}", {**words, "form": form}, status=status)
    value = form.cleaned_data["value"]
    made = tags.unknown(value) if field == "tags" else []
    token = inline.put(candidate=candidate, field=field, value=value, by=request.actor, now=timezone.now())
    return _saved(request, candidate, field, token, made)


def _saved(request: MemberRequest, candidate: Candidate, field: str, token: str, made: list[str]) -> HttpResponse:
    words = _words(request, candidate, field)
    new = ", ".join(f"“{name}”" for name in made)
    told = f" New in this workspace: {new}." if new else ""
    text = f"{candidate.name}: {words['column'].label.lower()} saved.{told}"
    undo = reverse("talent:cell-undo", args=[request.tenant.slug, token]) if token else ""
    if not request.htmx:
        return answers.done(request, text, to=reverse("talent:candidate-list", args=[request.tenant.slug]), undo=undo)
    response = render(request, "talent/cell.html#shown", {**words, "is_fresh": True})
    if token:
        trigger_client_event(response, "crm:toast", {"text": text, "undo": undo})
    return response


@require_POST
@member(Permission.CANDIDATE_EDIT)
def take_back(request: MemberRequest, token: str) -> HttpResponse:
    to = reverse("talent:candidate-list", args=[request.tenant.slug])

    def as_before() -> str:
        candidate = inline.take_back(token=token, by=request.actor, now=timezone.now())
        return f"{candidate.name} is as before."

    return answers.taken_back(request, as_before, to=to, events=("crm:people",))
