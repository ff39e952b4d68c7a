"""What a person told us: facts, promises and questions, and how they like to be contacted."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.registry import panels
from crm.requests import MemberRequest
from talent.forms.statements import WEEKDAYS, FactForm, WishesForm
from talent.models import CandidateFact
from talent.services import dossier, facts, preferences, tasks


def _profile(request: MemberRequest, pk: UUID) -> str:
    return reverse("talent:candidate-detail", args=[request.tenant.slug, pk])


@member(Permission.CANDIDATE_EDIT)
def add_fact(request: MemberRequest, pk: UUID) -> HttpResponse:
    candidate = load(dossier.people(), pk)
    form = FactForm(request.POST or None, initial={"stated_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        facts.add(candidate=candidate, by=request.actor, now=timezone.now(), **form.cleaned_data)
        return answers.done(request, "Noted.", to=_profile(request, pk))
    words = {"candidate": candidate, "form": form}
    part = "#form" if request.htmx and request.method == "GET" else ""
    return render(request, f"talent/fact_form.html{part}", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def settle_fact(request: MemberRequest, pk: UUID) -> HttpResponse:
    """It no longer holds, was kept or answered; `?again` lets it stand again."""
    fact, again = load(CandidateFact, pk), "again" in request.GET
    facts.settle(fact=fact, by=request.actor, now=timezone.now(), settled=not again)
    back = f"{request.path}?again"
    text = "It stands again." if again else "Settled."
    return answers.done(request, text, to=_profile(request, fact.candidate_id), undo="" if again else back)


@member(Permission.CANDIDATE_EDIT)
def wishes(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How a person likes to be contacted."""
    candidate = load(dossier.people(), pk)
    form = WishesForm(request.POST or None, initial=asdict(preferences.of(candidate)))
    if request.method == "POST" and form.is_valid():
        preferences.put(candidate=candidate, wishes=form.wishes(), by=request.actor, now=timezone.now())
        messages.success(request, "Saved.")
        return redirect(_profile(request, pk))
    words = {"candidate": candidate, "form": form}
    return render(request, "talent/wishes_form.html", words, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_VIEW)
def brief(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One printable page for a conversation: who it is, what was said and promised, the last contacts."""
    candidate, now = load(dossier.people(), pk), timezone.now()
    words = {
        "candidate": candidate,
        "dossier": dossier.of(candidate, now, request.member),
        "next_task": tasks.next_of(candidate.pk),
        "tasks": tasks.of_person(candidate.pk),
        "weekdays": WEEKDAYS,
        "contacts": panels("candidate.contacts", request, candidate),
        "notes": dossier.latest_notes(candidate, 5),
        "warmth": panels("candidate.warmth", request, candidate),
    }
    return render(request, "talent/candidate_brief.html", words)
