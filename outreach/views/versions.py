"""The versions of a sequence: its history, publishing the draft, throwing it away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.versions import PublishForm
from outreach.models import Sequence
from outreach.services import steps, versions
from outreach.services.clock import database_now
from outreach.services.steps import NotReady


def _back(request: MemberRequest, sequence: Sequence) -> HttpResponse:
    return redirect("outreach:sequence-detail", request.tenant.slug, sequence.pk)


@member(Permission.OUTREACH_VIEW)
def history(request: MemberRequest, pk: UUID) -> HttpResponse:
    sequence = load(Sequence, pk)
    words = {"sequence": sequence, "lines": versions.history(sequence), "changes": versions.changes(sequence)}
    return render(request, "outreach/sequence_versions.html", words)


@member(Permission.OUTREACH_SEND)
def publish(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What the draft changes, whom it meets, and the choice for them."""
    sequence, form = load(Sequence, pk), PublishForm(request.POST or None)
    if sequence.draft is None:
        return _back(request, sequence)
    if request.method == "POST" and form.is_valid():
        try:
            made = versions.publish(sequence=sequence, by=request.actor, now=database_now(), **form.values())
        except NotReady as error:
            messages.error(request, str(error))
        else:
            messages.success(request, versions.told(made))
        return _back(request, sequence)
    rows = steps.steps_of(sequence, sequence.draft)
    words = {
        "sequence": sequence,
        "form": form,
        "changes": versions.changes(sequence),
        "under_way": versions.under_way(sequence, sequence.draft),
        "missing": versions.against(sequence, rows),
    }
    return render(request, "outreach/sequence_publish.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.OUTREACH_EDIT)
def discard(request: MemberRequest, pk: UUID) -> HttpResponse:
    sequence = load(Sequence, pk)
    versions.discard(sequence=sequence, by=request.actor)
    messages.success(request, f"The draft is gone. Version {sequence.version} is in force as before.")
    return _back(request, sequence)
