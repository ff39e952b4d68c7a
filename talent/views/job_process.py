"""Pages of a job's stages, and of the reasons why applications end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.choices_jobs import DeclinedBy
from talent.forms.jobs import ReasonForm, StepForm
from talent.models import ApplicationStage, DispositionReason, Job
from talent.services import job_process
from talent.services.job_process import BadStep, Step

KINDS: dict[str, Any] = {"stage": ApplicationStage, "reason": DispositionReason}


def _load(kind: str, pk: UUID) -> Step:
    if kind not in KINDS:
        raise Http404("There is nothing at this address.")
    found: Step = load(KINDS[kind], pk)
    return found


def _page(request: MemberRequest, step: Step) -> str:
    if isinstance(step, ApplicationStage):
        return reverse("talent:job-stages", args=[request.tenant.slug, step.job_id])
    return reverse("talent:settings-reasons", args=[request.tenant.slug])


def _group(label: str, steps: Sequence[Step]) -> dict[str, Any]:
    """One order: what is offered, then what is retired."""
    used = [one for one in steps if one.retired_at is None]
    return {"label": label, "used": used, "retired": [one for one in steps if one.retired_at is not None]}


def _added(request: MemberRequest, step: Step, form: StepForm | ReasonForm) -> bool:
    try:
        job_process.add(step, by=request.actor)
    except BadStep as error:
        form.add_error("name", str(error))
        return False
    messages.success(request, f"“{step}” is added.")
    return True


@member(Permission.CANDIDATE_EDIT)
def stages(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The steps of one job; posting adds one."""
    job, form = load(Job, pk), StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = ApplicationStage(job=job, name=form.cleaned_data["name"], is_final=form.cleaned_data["is_final"])
        if _added(request, step, form):
            return redirect(_page(request, step))
    words = {"job": job, "groups": [_group("", job_process.stages(job))], "kind": "stage", "form": form}
    return render(request, "talent/job_process.html", words, status=422 if form.errors else 200)


@member(Permission.TENANT_MANAGE)
def reasons(request: MemberRequest) -> HttpResponse:
    """Why applications end, by who declined whom; posting adds one."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = DispositionReason(**form.cleaned_data)
        if _added(request, step, form):
            return redirect(_page(request, step))
    rows = job_process.reasons()
    groups = [_group(label, [r for r in rows if r.declined_by == side]) for side, label in DeclinedBy.choices]
    words = {"groups": groups, "kind": "reason", "form": form}
    return render(request, "talent/job_process.html", words, status=422 if form.errors else 200)


def _may(request: MemberRequest, kind: str) -> None:
    """Stages are everyday work; the reasons are the workspace's."""
    if kind == "reason" and Permission.TENANT_MANAGE not in request.member.permissions:
        raise PermissionDenied(f"Your role, {request.member.get_role_display()}, may not do this.")


@require_POST
@member(Permission.CANDIDATE_EDIT)
def change(request: MemberRequest, kind: str, pk: UUID) -> HttpResponse:
    """Its name, and what it means: the box of the row."""
    _may(request, kind)
    step, box = _load(kind, pk), request.POST.get("means") == "1"
    flags = {"is_final": box} if kind == "stage" else {"is_positive": box}
    try:
        job_process.change(step, name=request.POST.get("name", ""), by=request.actor, **flags)
    except BadStep as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{step}” is saved.")
    return redirect(_page(request, step))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def shift(request: MemberRequest, kind: str, pk: UUID, way: str) -> HttpResponse:
    """`way` is `later` or `earlier`."""
    _may(request, kind)
    step = _load(kind, pk)
    if way not in ("later", "earlier"):
        raise Http404("There is nothing at this address.")
    job_process.shift(step, later=way == "later", by=request.actor)
    return redirect(_page(request, step))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def retire(request: MemberRequest, kind: str, pk: UUID) -> HttpResponse:
    """Out of use; or, when it is retired, into use again."""
    _may(request, kind)
    step = _load(kind, pk)
    name, to = step.name, _page(request, step)
    undo = reverse("talent:process-retire", args=[request.tenant.slug, kind, pk])
    try:
        if step.retired_at is not None:
            job_process.bring_back(step, by=request.actor)
            return answers.done(request, f"“{name}” is in use again.", to=to)
        if job_process.retire(step, by=request.actor, now=timezone.now()):
            text = f"“{name}” is offered no longer; what it was used for keeps it."
            return answers.done(request, text, to=to, undo=undo)
    except BadStep as error:
        return answers.refused(request, str(error), to=to)
    return answers.done(request, f"“{name}” was never used and is gone.", to=to)
