"""What can be done with ticked people: tag, pool, owner; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services.undo import NothingToUndo
from talent.forms.pools import BulkOwnerForm, BulkPoolForm, BulkTagForm, TickedForm
from talent.models import Candidate, Tag
from talent.services import bulk, listing
from talent.services.bulk import Done, TooMany

PEOPLE_CHANGED = ("crm:clear-selection", "crm:close", "crm:people")
ACTS: dict[str, tuple[str, type[forms.Form]]] = {
    "tag": ("Tag", BulkTagForm),
    "pool": ("Add to a pool", BulkPoolForm),
    "owner": ("Assign to", BulkOwnerForm),
}


def chosen_people(request: MemberRequest) -> list[Candidate]:
    """The people whom the bulk bar's form means: `ids`, or with `all_matching` everybody of `query`. Raises TooMany."""
    form = TickedForm(request.POST)
    if not form.is_valid():
        return []
    if form.cleaned_data["all_matching"]:
        asked, _ = listing.asked_in(QueryDict(form.cleaned_data["query"]), request.tenant.time_zone)
        return bulk.all_matching(asked, timezone.now())
    return bulk.ticked(form.cleaned_data["ids"])


def _list(request: MemberRequest) -> str:
    return reverse("talent:candidate-list", args=[request.tenant.slug])


@require_POST
@member(Permission.CANDIDATE_EDIT)
def choose(request: MemberRequest, act: str) -> HttpResponse:
    """The dialog of an act: how many people, and what to do with them."""
    try:
        people = chosen_people(request)
    except TooMany as error:
        return answers.refused(request, str(error), to=_list(request))
    title, form = ACTS[act]
    words = {"act": act, "title": title, "form": form(), "people": people, "ids": ",".join(str(p.pk) for p in people)}
    if act == "tag":
        words["known_tags"] = Tag.objects.values_list("name", flat=True)[:500]
    return render(request, "talent/candidate_bulk.html", words)


def _act(
    request: MemberRequest, form: forms.Form, act: Callable[..., Done], say: Callable[[int], str], **facts: Any
) -> HttpResponse:
    """Do it and answer with its toast."""
    try:
        people = chosen_people(request)
        done = act(people=people, by=request.actor, now=timezone.now(), **facts)
    except TooMany as error:
        return answers.refused(request, str(error), to=_list(request))
    undo = reverse("talent:undo", args=[request.tenant.slug, done.undo]) if done.undo else ""
    return answers.done(request, say(done.count), to=_list(request), undo=undo, events=PEOPLE_CHANGED)


def _invalid(request: MemberRequest, form: forms.Form) -> HttpResponse:
    wrong = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return answers.refused(request, wrong, to=_list(request))


def people_in_words(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}


@require_POST
@member(Permission.CANDIDATE_EDIT)
def tag(request: MemberRequest) -> HttpResponse:
    form = BulkTagForm(request.POST)
    if not form.is_valid():
        return _invalid(request, form)
    name = form.cleaned_data["tag"]
    return _act(request, form, bulk.tag, lambda n: f"{people_in_words(n)} tagged “{name}”", name=name)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def pool(request: MemberRequest) -> HttpResponse:
    form = BulkPoolForm(request.POST)
    if not form.is_valid():
        return _invalid(request, form)
    chosen = form.cleaned_data["pool"]
    return _act(request, form, bulk.add_to_pool, lambda n: f"{people_in_words(n)} added to “{chosen}”", pool=chosen)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def owner(request: MemberRequest) -> HttpResponse:
    form = BulkOwnerForm(request.POST)
    if not form.is_valid():
        return _invalid(request, form)
    chosen = form.cleaned_data["owner"]
    whom = str(chosen) if chosen else "nobody"
    return _act(request, form, bulk.assign, lambda n: f"{people_in_words(n)} assigned to {whom}", owner=chosen)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def undo(request: MemberRequest, token: str) -> HttpResponse:
    try:
        count = bulk.take_back(token=token, by=request.actor, now=timezone.now())
    except NothingToUndo as error:
        if not request.htmx:
            raise Http404(str(error)) from error
        return answers.refused(request, str(error), to=_list(request))
    text = f"Taken back for {people_in_words(count)}"
    return answers.done(request, text, to=_list(request), events=("crm:people",))
