"""What a person told us: facts, promises and questions, and how they like to be contacted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
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
from talent.forms.statements import WEEKDAYS, FactForm, PauseForm, WishesForm
from talent.models import Candidate, CandidateFact
from talent.services import dossier, facts, preferences, tasks
from talent.services.preferences import NotADay


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
        "notes": dossier.latest_notes(candidate, 5, with_pinned=False),
        "warmth": panels("candidate.warmth", request, candidate),
    }
    return render(request, "talent/candidate_brief.html", words)


@member(Permission.CANDIDATE_EDIT)
def pause(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Pause what we begin with a person, until a day; answers to what they write still go."""
    candidate, today = load(dossier.people(), pk), timezone.localdate()
    form = PauseForm(request.POST or None, initial={"until": today + timedelta(weeks=4)})
    if request.method == "POST" and form.is_valid():
        try:
            return _paused(request, candidate, form.cleaned_data["until"])
        except NotADay as error:
            form.add_error("until", str(error))
    words = {"candidate": candidate, "form": form, "paused_until": preferences.of(candidate).paused_until}
    return render(request, "talent/pause_form.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def resume(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _paused(request, load(Candidate, pk), None)


def _paused(request: MemberRequest, candidate: Candidate, until: date | None) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    token = preferences.pause(candidate=candidate, until=until, by=request.actor, now=now, today=today)
    text = f"Nothing goes to {candidate.name} before {until:%-d %B %Y}." if until else "Outreach goes on within a day."
    undo = reverse("talent:pause-undo", args=[request.tenant.slug, token])
    return answers.done(request, text, to=_profile(request, candidate.pk), undo=undo, events=("crm:changed-candidate",))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def pause_undo(request: MemberRequest, token: str) -> HttpResponse:
    def as_before() -> str:
        candidate = preferences.take_back(token=token, by=request.actor, now=timezone.now())
        return f"The pause of {candidate.name} is as before."

    to = reverse("talent:candidate-list", args=[request.tenant.slug])
    return answers.taken_back(request, as_before, to=to, events=("crm:changed-candidate",))
