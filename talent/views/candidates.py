"""One person: profile, peek, new, edit, delete."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from crm import context_processors, together
from crm.access import load, member
from crm.permissions import Permission
from crm.registry import asked, panels
from crm.requests import MemberRequest
from crm.services import liveness
from talent.choices import SourceKind
from talent.choices_notes import NoteVisibility
from talent.forms.candidate import CandidateForm, ContactPointForm, NewCandidateForm
from talent.forms.consent import BanForm
from talent.forms.history import EducationForm, EmploymentForm
from talent.forms.notes import NoteForm
from talent.forms.person import CustomForm, DocumentForm, SourceForm
from talent.forms.statements import WEEKDAYS
from talent.models import Candidate
from talent.services import (
    candidates,
    documents,
    dossier,
    field_values,
    labels,
    mentions,
    merges,
    notes,
    point_history,
    pools,
    private_labels,
    sources,
    tasks,
)
from talent.services.candidates import CandidateInUse, Origin

SLOTS = ("candidate.actions", "candidate.warmth", "candidate.timeline", "candidate.side")


@contextmanager
def _reading(
    request: MemberRequest, candidate: Candidate, more: Callable[[], Sequence[together.Question]] = list
) -> Iterator[None]:
    """Everything that a profile and its panels ask of the database, in one statement."""
    own = vars(dossier.asks(candidate, request.member, timezone.now().date())).values()
    token = liveness.question(candidate.pk)
    with together.reading([*own, token, *asked(SLOTS, request, candidate), *more()]):
        yield


def _zones(request: MemberRequest, candidate: Candidate) -> dict[str, Any]:
    """What the three zones of a profile show."""
    timeline = panels("candidate.timeline", request, candidate)
    return {
        "candidate": candidate,
        "dossier": dossier.of(candidate, timezone.now(), request.member),
        "next_task": tasks.next_of(candidate.pk),
        "weekdays": WEEKDAYS,
        "timeline": timeline,
        "notes": [] if timeline else dossier.latest_notes(candidate, 100),
        "side": panels("candidate.side", request, candidate),
        "warmth": panels("candidate.warmth", request, candidate),
    }


def _load(pk: UUID) -> Candidate:
    return load(dossier.people(), pk)


@member(Permission.CANDIDATE_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The profile; the old address of a merged record leads to the one it became part of."""
    candidate = dossier.person(pk)
    if candidate is None and (merge := merges.standing_of(pk)):
        messages.info(request, f"The record of {merge.merged_name} that you asked for is part of this one now.")
        return redirect("talent:candidate-detail", request.tenant.slug, merge.survivor_id)
    candidate = candidate or _load(pk)
    free, team = pools.without_person(candidate.pk), dossier.team()
    with _reading(request, candidate, lambda: [free, team, *context_processors.asked(request)]):
        words = _zones(request, candidate) | {
            "blank_note": cache(NoteForm),  # what is kept of both is shown mostly
            "team": mentions.offered(together.rows(team)),
            "visibilities": NoteVisibility,
            "ban_form": cache(BanForm),
            "free_pools": together.rows(free),
            "heads": panels("candidate.actions", request, candidate),
            "candidate_token": liveness.version(candidate.pk),
        }
        return render(request, "talent/candidate_detail.html", words)


@member(Permission.CANDIDATE_VIEW)
def fresh(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The zones anew, each for its place: asked for when a colleague or a machine changed something."""
    candidate = _load(pk)
    with _reading(request, candidate):
        return render(request, "talent/candidate_detail.html#fresh", _zones(request, candidate))


@member(Permission.CANDIDATE_VIEW)
def peek(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The side panel of the list."""
    candidate = _load(pk)
    words = {
        "candidate": candidate,
        "dossier": dossier.of(candidate, timezone.now(), request.member),
        "notes": dossier.latest_notes(candidate, 3),
    }
    return render(request, "talent/candidate_peek.html", words)


def _welcome(request: MemberRequest, outcome: candidates.Outcome, form: NewCandidateForm) -> None:
    person = outcome.candidate
    if note := form.cleaned_data["note"].strip():
        notes.add(candidate=person, text=note, by=request.actor, author_id=request.member.pk, now=timezone.now())
    if outcome.created:
        messages.success(request, f"{person.name} is added.")
    else:
        told = "What was new has been added." if outcome.changed else "Nothing had to be added."
        messages.info(request, f"{person.name} is here already, with that address or link. {told}")


@member(Permission.CANDIDATE_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    """A new person; one whose address or profile link is known is opened instead of made twice."""
    form = NewCandidateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        origin = Origin(str(request.member), SourceKind.MANUAL, source="Added by hand")
        outcome = candidates.save(profile=form.profile(), origin=origin, by=request.actor, now=timezone.now())
        _welcome(request, outcome, form)
        return redirect("talent:candidate-detail", request.tenant.slug, outcome.candidate.pk)
    typed = form["skills"].value() or []
    words = {"form": form, "skills": [{"value": s, "label": s} for s in typed]}
    return render(request, "talent/candidate_new.html", words, status=422 if form.errors else 200)


def _names(form: CandidateForm, candidate: Candidate) -> dict[str, list[dict[str, str]]]:
    """Skills and tags as they were sent, else as they are."""
    if form.is_bound:
        found = {name: form.data.getlist(name) for name in ("skills", "tags")}  # type: ignore[attr-defined]
    else:
        found = dossier.names(candidate)
    return {name: [{"value": v, "label": v} for v in values] for name, values in found.items()}


def _save(request: MemberRequest, candidate: Candidate, form: CandidateForm, custom: CustomForm) -> None:
    said, by, now = form.cleaned_data, request.actor, timezone.now()
    candidates.edit(candidate=candidate, changes=form.changes(), by=by, now=now)
    labels.set_skills(candidate=candidate, names=said["skills"], by=by, now=now)
    labels.set_tags(candidate=candidate, names=said["tags"], by=by, now=now)
    field_values.put(
        candidate=candidate, values=custom.cleaned_data, role=request.member.role, by=request.actor, now=now
    )


def custom_form(request: MemberRequest, candidate: Candidate) -> CustomForm:
    """The workspace's own fields, as sent or as they are."""
    role = request.member.role
    return CustomForm(request.POST or None, role=role, values=field_values.of(candidate, role))


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The person's own columns, skills, tags and custom fields; the rest has addresses of its own."""
    candidate = _load(pk)
    names = dossier.names(candidate)
    form = CandidateForm(request.POST or None, instance=copy.copy(candidate), initial=names)
    custom = custom_form(request, candidate)
    if request.method == "POST" and form.is_valid() & custom.is_valid():
        _save(request, candidate, form, custom)
        messages.success(request, f"{candidate.name} is saved.")
        return redirect("talent:candidate-detail", request.tenant.slug, pk)
    words = {"form": form, "custom": custom, "chosen": _names(form, candidate), **parts_of(request, candidate)}
    return render(request, "talent/candidate_edit.html", words, status=422 if form.errors or custom.errors else 200)


def parts_of(request: MemberRequest, candidate: Candidate) -> dict[str, Any]:
    """The lists that the edit page shows below the form."""
    mine = private_labels.on(candidate, request.member)
    return {
        "candidate": candidate,
        "claims": dossier.claims(candidate),
        "my_labels": [{"value": name, "label": name} for name in mine],
        "point_changes": point_history.of(candidate),
        "later_sources": sources.later(candidate),
        "versions": documents.versions(candidate),
        "document_form": DocumentForm(),
        "source_form": SourceForm(),
        "points": dossier.points(candidate),
        "jobs": dossier.jobs(candidate),
        "schools": dossier.schools(candidate),
        "point_form": ContactPointForm(),
        "employment_form": EmploymentForm(),
        "education_form": EducationForm(),
    }


@member(Permission.CANDIDATE_DELETE)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Asks first, naming the person and what goes with them."""
    candidate = _load(pk)
    problem = ""
    if request.method == "POST":
        try:
            candidates.delete(candidate=candidate, by=request.actor, now=timezone.now())
        except CandidateInUse as error:
            problem = str(error)
        else:
            messages.success(request, f"{candidate.name} is deleted.")
            return redirect(reverse("talent:candidate-list", args=[request.tenant.slug]))
    words = {
        "candidate": candidate,
        "problem": problem,
        "dossier": dossier.of(candidate, timezone.now(), request.member),
    }
    part = "#form" if request.htmx and request.method == "GET" else ""
    return render(request, f"talent/candidate_delete.html{part}", words, status=422 if problem else 200)
