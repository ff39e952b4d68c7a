"""Settings: the curated tags of the workspace, and the private labels of oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.vocabulary import NameForm, TagMergeForm
from talent.models import Tag
from talent.services import private_labels, relabel, tags
from talent.services.bulk_words import people as people_in_words
from talent.services.private_labels import Changed, LabelRefused
from talent.services.relabel import SameLabel
from talent.services.skills import NameTaken
from talent.services.tags import TagInUse
from talent.views.skill_settings import MANAGE, PAGE, said


def _page_of(request: MemberRequest, tag: Tag) -> str:
    return reverse("talent:settings-tag", args=[request.tenant.slug, tag.pk])


@member(MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    """The tags by name, a hundred a page; a new one."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = tags.create(name=form.cleaned_data["name"], by=request.actor)
        except NameTaken as error:
            form.add_error("name", str(error))
        else:
            return answers.done(request, f"“{made}” is made.", to=_page_of(request, made))
    words = request.GET.get("q", "")[:80]
    page = Paginator(tags.overview(words), PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "q": words}
    return render(request, "talent/settings_tags.html", shown, status=422 if form.errors else 200)


def _shown(request: MemberRequest, tag: Tag, **forms: Any) -> HttpResponse:
    words = {"tag": tag, "name_form": NameForm(initial={"name": tag.name}), "merge_form": TagMergeForm()}
    wrong = any(form.errors for form in forms.values())
    return render(request, "talent/settings_tag.html", words | forms, status=422 if wrong else 200)


@member(MANAGE)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One tag; a new name for it."""
    tag = load(tags.overview(), pk)
    if request.method != "POST":
        return _shown(request, tag)
    form, before = NameForm(request.POST), tag.name
    if form.is_valid():
        try:
            done = relabel.rename_tag(tag=tag, name=form.cleaned_data["name"], by=request.actor, now=timezone.now())
        except NameTaken as error:
            form.add_error("name", str(error))
        else:
            return said(request, f"“{before}” is called “{tag}” now", done, to=_page_of(request, tag))
    return _shown(request, tag, name_form=form)


@member(MANAGE)
def merge(request: MemberRequest, pk: UUID) -> HttpResponse:
    """First how many people it touches, then the merge."""
    tag = load(tags.overview(), pk)
    form = TagMergeForm(request.POST or request.GET)
    if not form.is_valid():
        return _shown(request, tag, merge_form=form)
    into = form.cleaned_data["into"]
    if request.method == "POST":
        try:
            done = relabel.merge_tags(tag=tag, into=into, by=request.actor, now=timezone.now())
        except SameLabel as error:
            form.add_error("into", str(error))
            return _shown(request, tag, merge_form=form)
        return said(request, f"“{tag}” is “{into}” now", done, to=_page_of(request, into))
    words = {"what": tag, "into": into, "people": tags.people(tag), "both": tags.both(tag, into)}
    return render(request, "talent/settings_merge.html", words | {"back": _page_of(request, tag)})


@require_POST
@member(MANAGE)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    tag = load(Tag, pk)
    try:
        tags.delete(tag=tag, by=request.actor)
    except TagInUse as error:
        return answers.refused(request, str(error), to=_page_of(request, tag))
    return answers.done(request, f"“{tag}” is deleted.", to=reverse("talent:settings-tags", args=[request.tenant.slug]))


# --- private labels: each member sees and changes their own, whatever their role


def _labels(request: MemberRequest) -> str:
    return reverse("talent:label-list", args=[request.tenant.slug])


def _told(request: MemberRequest, text: str, done: Changed) -> HttpResponse:
    undo = reverse("talent:label-undo", args=[request.tenant.slug, done.undo])
    return answers.done(request, f"{text} ({people_in_words(done.people)})", to=_labels(request), undo=undo)


@member(Permission.CANDIDATE_VIEW)
def labels(request: MemberRequest) -> HttpResponse:
    """One's own labels."""
    return render(request, "talent/settings_labels.html", {"labels": private_labels.of_member(request.member)})


@require_POST
@member(Permission.CANDIDATE_VIEW)
def rename_label(request: MemberRequest, pk: UUID) -> HttpResponse:
    label = load(private_labels.of_member(request.member), pk)
    before = label.name
    try:
        done = private_labels.rename(label=label, name=request.POST.get("name", ""))
    except LabelRefused as error:
        return answers.refused(request, str(error), to=_labels(request))
    return _told(request, f"“{before}” is called “{private_labels.clean(request.POST['name'])}” now", done)


@require_POST
@member(Permission.CANDIDATE_VIEW)
def delete_label(request: MemberRequest, pk: UUID) -> HttpResponse:
    label = load(private_labels.of_member(request.member), pk)
    return _told(request, f"“{label}” is deleted", private_labels.delete(label=label))


@require_POST
@member(Permission.CANDIDATE_VIEW)
def undo_label(request: MemberRequest, token: str) -> HttpResponse:
    def take_back() -> str:
        people = private_labels.take_back(token=token, member=request.member)
        return f"Taken back for {people_in_words(people)}"

    return answers.taken_back(request, take_back, to=_labels(request))
