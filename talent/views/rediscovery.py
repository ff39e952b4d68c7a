"""Pages of finding people again: who is like somebody, and whom we know for a job."""

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

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.rediscovery import RediscoveryForm, initial, of_job
from talent.models import Candidate, Job, RediscoverySearch
from talent.services import applications, rediscovery, similar
from talent.services.search import TooSlow
from talent.views.paging import read_key

PAGE = 10
MOST_LISTED = 200


@member(Permission.CANDIDATE_VIEW)
def people_like(request: MemberRequest, pk: UUID) -> HttpResponse:
    """People who are like somebody; `?near=1` for those in the same country only."""
    person = load(Candidate, pk)
    near = request.GET.get("near") == "1"
    found = similar.people_like(candidate=person, now=timezone.now(), same_country=near)
    return render(request, "talent/candidate_similar.html", {"candidate": person, "found": found, "near": near})


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """The way to people like this one."""
    words = {"tenant": request.tenant, "candidate": candidate}
    return render_to_string("talent/partials/similar_panel.html", words, request)


@member(Permission.CANDIDATE_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    rows = RediscoverySearch.objects.defer("text", "found")[:MOST_LISTED]
    return render(request, "talent/rediscovery_list.html", {"rows": rows})


def _form(request: MemberRequest, form: RediscoveryForm, stored: RediscoverySearch | None) -> HttpResponse:
    words = {"form": form, "stored": stored}
    return render(request, "talent/rediscovery_form.html", words, status=422 if form.errors else 200)


def _job(request: MemberRequest) -> Job | None:
    """The job of ours that a search is for: `?job=`."""
    key = read_key(request.GET.get("job", ""))
    return load(Job, key) if key else None


@member(Permission.CANDIDATE_EDIT)
def for_job(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The search for one of our jobs: the last one, or a new one filled with what the job asks for."""
    job = load(Job, pk)
    if stored := rediscovery.latest_for(job):
        return redirect("talent:rediscovery-detail", request.tenant.slug, stored.pk)
    return redirect(f"{reverse('talent:rediscovery-new', args=[request.tenant.slug])}?job={job.pk}")


@member(Permission.CANDIDATE_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    """`?job=` fills the form with what one of our jobs asks for."""
    job = _job(request)
    form = RediscoveryForm(request.POST or None, initial=of_job(job) if job else None)
    if form.is_valid():
        try:
            stored = rediscovery.create(by=request.actor, now=timezone.now(), job=job, **form.wanted())
        except TooSlow as error:
            form.add_error(None, str(error))
        else:
            return redirect("talent:rediscovery-detail", request.tenant.slug, stored.pk)
    return _form(request, form, None)


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    stored = load(RediscoverySearch, pk)
    form = RediscoveryForm(request.POST or None, initial=initial(stored))
    if form.is_valid():
        try:
            rediscovery.change(stored=stored, by=request.actor, now=timezone.now(), **form.wanted())
        except TooSlow as error:
            form.add_error(None, str(error))
        else:
            return redirect("talent:rediscovery-detail", request.tenant.slug, pk)
    return _form(request, form, stored)


def _start(request: MemberRequest) -> int:
    text = request.GET.get("start", "0")
    return min(int(text), rediscovery.KEPT) if text.isascii() and text.isdigit() and len(text) < 5 else 0


@member(Permission.CANDIDATE_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whom the last run found, PAGE at a time from `?start=`, with the evidence for each requirement."""
    stored, start = load(RediscoverySearch.objects.select_related("job"), pk), _start(request)
    found = rediscovery.findings(stored=stored, now=timezone.now(), start=start, limit=PAGE)
    words: dict[str, Any] = {
        "stored": stored,
        "start": start,
        "findings": found,
        "applied": applications.open_for(stored.job_id, [f.row.id for f in found]) if stored.job_id else set(),
        "requirements": rediscovery.of(stored),
        "following": start + PAGE if start + PAGE < len(stored.found) else 0,
        "previous": max(start - PAGE, 0),
    }
    return render(request, f"talent/rediscovery_detail.html{'#people' if request.htmx else ''}", words)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def run(request: MemberRequest, pk: UUID) -> HttpResponse:
    try:
        stored = rediscovery.run(stored=load(RediscoverySearch, pk), by=request.actor, now=timezone.now())
    except TooSlow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Looked again among {stored.looked_at} people.")
    return redirect("talent:rediscovery-detail", request.tenant.slug, pk)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    rediscovery.delete(stored=load(RediscoverySearch, pk), by=request.actor)
    messages.success(request, "The search is deleted.")
    return redirect("talent:rediscovery-list", request.tenant.slug)
