"""Changing the steps of a sequence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.choices import StepKind
from outreach.forms.writing import MailStepForm, WaitStepForm
from outreach.models import Sequence, SequenceStep
from outreach.services import merge_tags, overview, steps
from outreach.services.clock import database_now
from outreach.views.message_templates import reading


def _back(request: MemberRequest, sequence_id: UUID) -> HttpResponse:
    return redirect("outreach:sequence-detail", request.tenant.slug, sequence_id)


def _add(request: MemberRequest, pk: UUID, kind: str) -> HttpResponse:
    sequence = load(Sequence, pk)
    try:
        step = steps.add(sequence=sequence, kind=kind, by=request.actor)
    except steps.NotReady as error:
        messages.error(request, str(error))
        return _back(request, pk)
    return redirect("outreach:step-edit", request.tenant.slug, step.pk)


@require_POST
@member(Permission.OUTREACH_EDIT)
def add_mail(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _add(request, pk, StepKind.EMAIL)


@require_POST
@member(Permission.OUTREACH_EDIT)
def add_wait(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _add(request, pk, StepKind.WAIT)


def _words(request: MemberRequest, step: SequenceStep, form: MailStepForm | WaitStepForm) -> dict[str, Any]:
    words: dict[str, Any] = {"step": step, "form": form, "tags": merge_tags.REGISTRY.values()}
    if step.kind == StepKind.EMAIL:
        sender = overview.sender_of(step.sequence, request.tenant)
        words |= reading(request, step.subject_source or "Re:", step.body_source, sender)
    return words


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    rows = SequenceStep.objects.select_related("sequence__sender__user", "sequence__mailbox", "template")
    step = load(rows, pk)
    form_class = MailStepForm if step.kind == StepKind.EMAIL else WaitStepForm
    form = form_class(request.POST or None, instance=step)
    if request.method == "POST" and form.is_valid():
        steps.change(step=load(SequenceStep, pk), values=form.cleaned_data, by=request.actor)
        messages.success(request, "Saved.")
        return _back(request, step.sequence_id)
    return render(request, "outreach/step_edit.html", _words(request, step, form), status=422 if form.errors else 200)


def _move(request: MemberRequest, pk: UUID, by: int) -> HttpResponse:
    step = load(SequenceStep.objects.select_related("sequence"), pk)
    steps.move(step=step, to=step.position + by, by=request.actor)
    return _back(request, step.sequence_id)


@require_POST
@member(Permission.OUTREACH_EDIT)
def up(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _move(request, pk, -1)


@require_POST
@member(Permission.OUTREACH_EDIT)
def down(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _move(request, pk, 1)


@require_POST
@member(Permission.OUTREACH_EDIT)
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    step = load(SequenceStep.objects.select_related("sequence"), pk)
    steps.remove(step=step, by=request.actor, now=database_now())
    messages.success(request, "The step is removed.")
    return _back(request, step.sequence_id)
