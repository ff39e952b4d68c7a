"""Changing the steps of a sequence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.choices import Arm, StepKind
from outreach.forms.steps import PlaceForm, form_of
from outreach.models import Sequence, SequenceStep
from outreach.services import drafts, merge_tags, overview, sms_text, steps, webhook_secrets, worst_cases
from outreach.services.clock import database_now
from outreach.services.outline import EXPLAINED
from outreach.views.message_templates import reading, send_trial


def _back(request: MemberRequest, sequence_id: UUID) -> HttpResponse:
    return redirect("outreach:sequence-detail", request.tenant.slug, sequence_id)


def _add(request: MemberRequest, sequence: Sequence, kind: str, **place: Any) -> HttpResponse:
    if kind not in StepKind.values:
        raise Http404
    try:
        step = steps.add(sequence=sequence, kind=kind, by=request.actor, **place)
    except steps.NotReady as error:
        messages.error(request, str(error))
        return _back(request, sequence.pk)
    if kind == StepKind.END:
        return _back(request, sequence.pk)
    return redirect("outreach:step-edit", request.tenant.slug, step.pk)


@require_POST
@member(Permission.OUTREACH_EDIT)
def add(request: MemberRequest, pk: UUID, kind: str) -> HttpResponse:
    """A further step at the end of the main line; its page opens."""
    return _add(request, load(Sequence, pk), kind)


@require_POST
@member(Permission.OUTREACH_EDIT)
def add_inside(request: MemberRequest, pk: UUID, arm: str, kind: str) -> HttpResponse:
    """A further step at the end of an arm of a branch."""
    branch = load(overview.steps_with_sequence(), pk)
    if branch.kind != StepKind.BRANCH or arm not in Arm.values:
        raise Http404
    return _add(request, branch.sequence, kind, parent=branch, arm=arm)


def _words(request: MemberRequest, step: SequenceStep, form: Any) -> dict[str, Any]:
    words: dict[str, Any] = {"step": step, "form": form, "tags": merge_tags.offered()}
    words["explained"] = EXPLAINED.get(StepKind(step.kind), "")
    if step.kind == StepKind.WEBHOOK:
        words["webhook_secret"] = webhook_secrets.keys(database_now())[0]
    if step.kind == StepKind.TEXT:
        words["size"] = sms_text.size(step.body_source)
    if step.kind == StepKind.EMAIL:
        words |= reading(request, step.previewed_subject, step.body_source, template=step.template, step=step)
        words["worst"] = worst_cases.among(worst_cases.recent())
    return words


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    step = load(overview.steps_with_sequence(), pk)
    step = drafts.counterpart(step, step.sequence.shown_version)
    chosen = request.GET.get("field", "")
    form = form_of(step, request.POST or None, role=request.member.role, chosen=chosen)
    if chosen and request.htmx and step.kind == StepKind.UPDATE:
        return render(request, "outreach/step_edit.html#value", {"form": form})
    if request.method == "POST" and form.is_valid():
        steps.change(step=load(SequenceStep, pk), values=form.values(), by=request.actor)
        messages.success(request, "Saved.")
        return _back(request, step.sequence_id)
    return render(request, "outreach/step_edit.html", _words(request, step, form), status=422 if form.errors else 200)


@require_POST
@member(Permission.OUTREACH_EDIT)
def place(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Moves a step: by its arrows or its menu, or by dragging it. It has the focus afterwards, so that is read out."""
    step = load(overview.steps_with_sequence(), pk)
    form = PlaceForm(step.sequence, request.POST)
    if not form.is_valid():
        raise Http404
    try:
        moved = steps.move(step=step, to=form.cleaned_data["to"], into=form.standing, by=request.actor)
    except steps.NotReady as error:
        messages.error(request, str(error))
        return _back(request, step.sequence_id)
    where = f"of “{Arm(moved.arm).label}”" if moved.arm else "of the main line"
    messages.success(request, f"Moved: step {moved.position + 1} {where}.")
    back = reverse("outreach:sequence-detail", args=[request.tenant.slug, step.sequence_id])
    return redirect(f"{back}#step-{moved.pk}")


@require_POST
@member(Permission.OUTREACH_EDIT)
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    step = load(overview.steps_with_sequence(), pk)
    steps.remove(step=step, by=request.actor, now=database_now())
    messages.success(request, "The step is removed.")
    return _back(request, step.sequence_id)


@require_POST
@member(Permission.OUTREACH_EDIT)
def trial(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Send the mail of a step to oneself, as the person of the preview gets it."""
    step = load(overview.steps_with_sequence(), pk)
    send_trial(request, step.subject_source or "Re:", step.body_source, step=step)
    return redirect("outreach:step-edit", request.tenant.slug, step.pk)
