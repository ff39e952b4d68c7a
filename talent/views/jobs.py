"""Our own jobs: the list, one job as a board, what it asks for, who applied."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers, together
from crm.access import load, member
from crm.permissions import Permission
from crm.registry import PaletteItem
from crm.requests import MemberRequest
from talent.choices_jobs import JobState, Outcome
from talent.forms.jobs import ApplicantsForm, ApplicationStageForm, DecisionForm, JobForm, RequirementForm
from talent.models import Candidate, Job, JobRequirement
from talent.services import application_undo, applications, bulk, jobs
from talent.services.applications import AppliedAlready, KeepInTouch, WrongStep

CHANGED = "crm:changed-pool"
MOST = 200


@member(Permission.CANDIDATE_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """`?state=` shows one state."""
    state = request.GET.get("state", "")
    state = state if state in JobState.values else ""
    here = reverse("talent:job-list", args=[request.tenant.slug])
    tabs = [
        {"label": label, "url": f"{here}?state={key}" if key else here, "active": key == state, "count": None}
        for key, label in [("", "All"), *JobState.choices]
    ]
    return render(request, "talent/job_list.html", {"jobs": jobs.overview(state)[:MOST], "tabs": tabs})


def _form(request: MemberRequest, form: JobForm, job: Job | None) -> HttpResponse:
    return render(request, "talent/job_form.html", {"form": form, "job": job}, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    form = JobForm(request.POST or None, initial={"owner": request.member.pk, "state": JobState.OPEN})
    if request.method == "POST" and form.is_valid():
        job = jobs.create(values=form.cleaned_data, by=request.actor, today=timezone.localdate(), now=timezone.now())
        messages.success(request, f"“{job}” is made. Say what it asks for, and who applies.")
        return redirect("talent:job-detail", request.tenant.slug, job.pk)
    return _form(request, form, None)


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    job = load(Job, pk)
    form = JobForm(request.POST or None, instance=load(Job, pk))
    if request.method == "POST" and form.is_valid():
        jobs.change(job=job, values=form.cleaned_data, by=request.actor, today=timezone.localdate(), now=timezone.now())
        messages.success(request, f"“{job}” is saved.")
        return redirect("talent:job-detail", request.tenant.slug, pk)
    return _form(request, form, job)


@member(Permission.CANDIDATE_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Asks first; the people stay."""
    job = load(jobs.overview(), pk)
    if request.method == "POST":
        jobs.delete(job=job, by=request.actor)
        messages.success(request, f"“{job}” is deleted. Its people are still here.")
        return redirect("talent:job-list", request.tenant.slug)
    return render(request, "talent/job_delete.html", {"job": job})


@member(Permission.CANDIDATE_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    job = load(jobs.overview(), pk)
    words = {
        "job": job,
        "columns": applications.board(job),
        "decided": applications.decided(job)[:MOST],
        "requirements": jobs.requirements(job),
        "requirement_form": RequirementForm(),
        "form": ApplicantsForm(),
    }
    return render(request, f"talent/job_detail.html{'#board' if request.htmx else ''}", words)


def _page(request: MemberRequest, job_id: UUID) -> str:
    return reverse("talent:job-detail", args=[request.tenant.slug, job_id])


@require_POST
@member(Permission.CANDIDATE_EDIT)
def require(request: MemberRequest, pk: UUID) -> HttpResponse:
    job, form = load(Job, pk), RequirementForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, "Write what the job asks for.", to=_page(request, pk))
    jobs.require(job=job, by=request.actor, **form.cleaned_data)
    return redirect(_page(request, pk))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def no_longer_require(request: MemberRequest, pk: UUID) -> HttpResponse:
    requirement = load(JobRequirement, pk)
    text, job_id = str(requirement), requirement.job_id
    jobs.no_longer_require(requirement=requirement, by=request.actor)
    return answers.done(request, f"“{text}” is no longer asked for.", to=_page(request, job_id))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """People who apply: `people`."""
    job, form, here = load(Job, pk), ApplicantsForm(request.POST), _page(request, pk)
    if not form.is_valid():
        return answers.refused(request, "Choose who applies.", to=here)
    people, source = bulk.ticked(form.cleaned_data["people"][: bulk.MOST_NAMED]), form.cleaned_data["source"]
    added = applications.add_together(job=job, people=people, by=request.actor, now=timezone.now(), source=source)
    if not added.count:
        return answers.refused(request, " ".join(added.refused) or "Choose who applies.", to=here)
    text = " ".join([f"{added.count} added to “{job}”.", *added.refused])
    return answers.done(request, text, to=here, undo=_undo_url(request, added.undo), events=(CHANGED,))


def _undo_url(request: MemberRequest, token: str) -> str:
    return reverse("talent:application-take-back", args=[request.tenant.slug, token]) if token else ""


@require_POST
@member(Permission.CANDIDATE_EDIT)
def take_back(request: MemberRequest, token: str) -> HttpResponse:
    """Not added, or not moved, after all: the undo of a toast."""

    def removed() -> str:
        return application_undo.take_back(token=token, by=request.actor, now=timezone.now())

    to = reverse("talent:job-list", args=[request.tenant.slug])
    return answers.taken_back(request, removed, to=to, events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put an application into another stage: `stage`."""
    row = load(applications.places(), pk)
    form, here = ApplicationStageForm(row.job_id, request.POST), _page(request, row.job_id)
    if not form.is_valid():
        return answers.refused(request, "There is no such stage.", to=here, events=(CHANGED,))
    try:
        token = application_undo.move(
            application=row, stage=form.cleaned_data["stage"], by=request.actor, now=timezone.now()
        )
    except WrongStep as error:
        return answers.refused(request, str(error), to=here, events=(CHANGED,))
    text = f"{row.candidate.name}: {row.stage}"
    return answers.done(request, text, to=here, undo=_undo_url(request, token), events=(CHANGED,))


@member(Permission.CANDIDATE_EDIT)
def decide(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How it ends, and the one question: keep in touch?"""
    row = load(applications.places(), pk)
    form = DecisionForm(request.POST or None, initial={"keep": row.is_finalist})
    if request.method == "POST" and form.is_valid():
        said, zone = form.cleaned_data, timezone.get_current_timezone_name()
        keep = KeepInTouch(said["pool"], said["revisit_on"], request.member) if said["keep"] else None
        try:
            applications.decide(
                application=row,
                outcome=said["outcome"],
                disposition=said["disposition"],
                keep=keep,
                by=request.actor,
                now=timezone.now(),
                zone=zone,
            )
        except WrongStep as error:
            form.add_error("disposition", str(error))
        else:
            text = f"{row.candidate.name}: {row.get_outcome_display().lower()}."
            undo = reverse("talent:application-reopen", args=[request.tenant.slug, pk])
            return answers.done(request, text, to=_page(request, row.job_id), undo=undo)
    return render(
        request, "talent/application_decide.html", {"row": row, "form": form}, status=422 if form.errors else 200
    )


@require_POST
@member(Permission.CANDIDATE_EDIT)
def reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(applications.places(), pk)
    here = _page(request, row.job_id)
    if row.outcome == Outcome.OPEN:
        return answers.refused(request, "This application is open.", to=here)
    try:
        applications.reopen(application=row, by=request.actor, now=timezone.now())
    except AppliedAlready as error:
        return answers.refused(request, str(error), to=here)
    return answers.done(request, f"{row.candidate.name}'s application is open again.", to=here)


# --- on other pages


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return [applications.made_by(candidate.pk)]


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.side`: what they applied for."""
    rows = applications.of_person(candidate.pk)
    words: dict[str, Any] = {"applications": rows, "tenant": request.tenant}
    return render_to_string("talent/partials/applications_of_candidate.html", words, request) if rows else ""


def palette(request: MemberRequest, words: str) -> list[PaletteItem]:
    slug = request.tenant.slug
    return [
        PaletteItem(job.title, reverse("talent:job-detail", args=[slug, job.pk]), job.department)
        for job in jobs.overview().filter(title__icontains=words)[:8]
    ]
