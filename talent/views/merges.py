"""Pages of merging: whom with, both side by side, the history, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.bulk import TickedForm
from talent.forms.merges import DecisionsForm, LaterForm
from talent.models import Candidate, MergeOperation
from talent.services import dossier, duplicates, listing, merge_compare, merge_later, merges, telling_apart, unmerge
from talent.services.merges import NotMergeable
from talent.services.telling_apart import NotApart

CHANGED = ("crm:changed-candidate",)


def _profile(request: MemberRequest, pk: UUID) -> str:
    return reverse("talent:candidate-detail", args=[request.tenant.slug, pk])


@member(Permission.CANDIDATE_EDIT)
def choose(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whom to merge with: those who may be the same person, or whoever is searched for."""
    candidate, asked = load(Candidate, pk), request.GET.get("q", "").strip()[:200]
    found = [one for one in listing.pick(asked, 12) if one["pk"] != pk] if asked else []
    words: dict[str, Any] = {"candidate": candidate, "q": asked, "found": found, "hints": duplicates.hints(candidate)}
    words["apart"] = telling_apart.of(pk)
    return render(request, f"talent/merge_choose.html{'#found' if request.htmx else ''}", words)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def chosen(request: MemberRequest) -> HttpResponse:
    """From two ticked people of the list to their comparison; whoever was there first is the one that stays."""
    keys = TickedForm(request.POST).chosen.ids
    pair = list(Candidate.objects.filter(pk__in=keys).order_by("created_at", "pk").values_list("pk", flat=True)[:3])
    if len(pair) != 2:
        back = reverse("talent:candidate-list", args=[request.tenant.slug])
        return answers.refused(request, "Tick exactly two people to merge them.", to=back)
    to = reverse("talent:candidate-merge", args=[request.tenant.slug, *pair])
    return HttpResponseClientRedirect(to) if request.htmx else redirect(to)


@member(Permission.CANDIDATE_EDIT)
def compare(request: MemberRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Both side by side; sent, they are one."""
    survivor, merged, now = load(dossier.people(), pk), load(dossier.people(), other), timezone.now()
    form = DecisionsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _merge(request, survivor, merged, form)
    words = {
        "survivor": survivor,
        "merged": merged,
        "comparison": merge_compare.compare(survivor=survivor, merged=merged, now=now),
        "form": form,
        "is_same": pk == other,
    }
    return render(request, "talent/merge_compare.html", words, status=422 if form.errors else 200)


def _merge(request: MemberRequest, survivor: Candidate, merged: Candidate, form: DecisionsForm) -> HttpResponse:
    decisions, now = form.cleaned_data["decisions"], timezone.now()
    try:
        operation = merges.merge(survivor=survivor, merged=merged, decisions=decisions, by=request.actor, now=now)
    except NotMergeable as error:
        return answers.refused(request, str(error), to=_profile(request, survivor.pk))
    undo = reverse("talent:merge-undo", args=[request.tenant.slug, operation.pk])
    text = f"{merged.name} and {survivor.name} are one record now."
    return answers.done(request, text, to=_profile(request, survivor.pk), undo=undo)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def not_same(request: MemberRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Two people: nobody is asked about them again."""
    one, twin, to = load(Candidate, pk), load(Candidate, other), _profile(request, pk)
    try:
        telling_apart.say(one=one, other=twin, by=request.actor, now=timezone.now())
    except NotApart as error:
        return answers.refused(request, str(error), to=to)
    undo = reverse("talent:candidate-may-be-same", args=[request.tenant.slug, pk, other])
    text = f"{one.name} and {twin.name} are two people: they are no longer shown as one."
    return answers.done(request, text, to=to, undo=undo, events=CHANGED)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def may_be_same(request: MemberRequest, pk: UUID, other: UUID) -> HttpResponse:
    """What was said of two records no longer holds."""
    one, twin, to = load(Candidate, pk), load(Candidate, other), _profile(request, pk)
    if not telling_apart.take_back(one=one, other=twin, by=request.actor, now=timezone.now()):
        return answers.refused(request, "Nobody has told these two apart.", to=to)
    return answers.done(request, f"{one.name} and {twin.name} may be the same again.", to=to, events=CHANGED)


@member(Permission.CANDIDATE_VIEW)
def history(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The merges that made a record what it is, each with its undo or why there is none."""
    candidate, now = load(Candidate, pk), timezone.now()
    rows = [(one, "" if one.undone_at else unmerge.obstacle(one, now)) for one in merges.history(pk)]
    return render(request, "talent/merge_list.html", {"candidate": candidate, "rows": rows})


@member(Permission.CANDIDATE_EDIT)
def undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Two records again. What came since the merge is asked about first; where nothing did, it is done at once."""
    operation = load(MergeOperation, pk)
    later = merge_later.asked(operation)
    form = LaterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (not later or "decided" in request.POST) and form.is_valid():
        return _undo(request, operation, form.cleaned_data["to_merged"])
    here = reverse("talent:merge-undo", args=[request.tenant.slug, pk])
    if request.method == "POST":
        return HttpResponseClientRedirect(here) if request.htmx else redirect(here)
    words = {"operation": operation, "later": later, "obstacle": unmerge.obstacle(operation, timezone.now())}
    return render(request, "talent/merge_undo.html", words)


def _undo(request: MemberRequest, operation: MergeOperation, to_merged: Sequence[UUID]) -> HttpResponse:
    survivor = operation.survivor_id
    to = _profile(request, survivor or operation.merged_id)
    try:
        back = unmerge.undo(operation=operation, to_merged=to_merged, by=request.actor, now=timezone.now())
    except NotMergeable as error:
        return answers.refused(request, str(error), to=to)
    return answers.done(request, f"{back.name} is a record of its own again.", to=to, events=CHANGED)
