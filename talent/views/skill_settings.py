"""Settings: the skills of the workspace, their kinds, names and merges."""

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
from talent.choices import SkillKind
from talent.forms.vocabulary import NameForm, NewSkillForm, SkillForm, SkillMergeForm
from talent.models import Skill, SkillAlias
from talent.services import relabel, skills
from talent.services.bulk_words import people as people_in_words
from talent.services.relabel import Relabelled, SameLabel
from talent.services.skills import BadParent, NameTaken, SkillInUse

PAGE = 100
MANAGE = Permission.TENANT_MANAGE


def _page_of(request: MemberRequest, skill: Skill) -> str:
    return reverse("talent:settings-skill", args=[request.tenant.slug, skill.pk])


def said(request: MemberRequest, text: str, done: Relabelled, *, to: str) -> HttpResponse:
    """It is done, for how many people, and how to take it back."""
    undo = reverse("talent:vocabulary-undo", args=[request.tenant.slug, done.undo])
    return answers.done(request, f"{text} ({people_in_words(done.people)})", to=to, undo=undo)


@member(MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    """The skills by name, a hundred a page; a new one."""
    form = NewSkillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = skills.create(name=form.cleaned_data["name"], kind=form.cleaned_data["kind"], by=request.actor)
        except NameTaken as error:
            form.add_error("name", str(error))
        else:
            return answers.done(request, f"“{made}” is made.", to=_page_of(request, made))
    words, kind = request.GET.get("q", "")[:80], request.GET.get("kind", "")
    rows = skills.overview(words, kind if kind in SkillKind.values else "")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "q": words, "kind": kind, "kinds": SkillKind.choices}
    return render(request, "talent/settings_skills.html", shown, status=422 if form.errors else 200)


def _shown(request: MemberRequest, skill: Skill, **forms: Any) -> HttpResponse:
    initial = {"kind": skill.kind, "parent": skill.parent.name if skill.parent else ""}
    words = {
        "skill": skill,
        "form": SkillForm(initial=initial),
        "name_form": NameForm(initial={"name": skill.name}),
        "alias_form": NameForm(prefix="alias"),
        "merge_form": SkillMergeForm(),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "talent/settings_skill.html", words | forms, status=422 if wrong else 200)


@member(MANAGE)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One skill: what sort it is and what it is part of."""
    skill = load(skills.overview(), pk)
    form = SkillForm(request.POST) if request.method == "POST" else None
    if form is None:
        return _shown(request, skill)
    if form.is_valid():
        try:
            skills.place(skill=skill, by=request.actor, **form.cleaned_data)
        except BadParent as error:
            form.add_error("parent", str(error))
        else:
            return answers.done(request, f"“{skill}” is saved.", to=_page_of(request, skill))
    return _shown(request, skill, form=form)


@require_POST
@member(MANAGE)
def rename(request: MemberRequest, pk: UUID) -> HttpResponse:
    skill, form = load(skills.overview(), pk), NameForm(request.POST)
    before = skill.name
    if form.is_valid():
        try:
            done = relabel.rename_skill(
                skill=skill, name=form.cleaned_data["name"], by=request.actor, now=timezone.now()
            )
        except NameTaken as error:
            form.add_error("name", str(error))
        else:
            return said(request, f"“{before}” is called “{skill}” now", done, to=_page_of(request, skill))
    return _shown(request, skill, name_form=form)


@require_POST
@member(MANAGE)
def add_alias(request: MemberRequest, pk: UUID) -> HttpResponse:
    skill, form = load(skills.overview(), pk), NameForm(request.POST, prefix="alias")
    if form.is_valid():
        try:
            alias = skills.add_alias(skill=skill, name=form.cleaned_data["name"], by=request.actor)
        except NameTaken as error:
            form.add_error("name", str(error))
        else:
            text = f"Whoever writes “{alias}” means “{skill}” from now on."
            return answers.done(request, text, to=_page_of(request, skill))
    return _shown(request, skill, alias_form=form)


@require_POST
@member(MANAGE)
def remove_alias(request: MemberRequest, pk: UUID) -> HttpResponse:
    alias = load(SkillAlias.objects.select_related("skill"), pk)
    skills.remove_alias(alias=alias, by=request.actor)
    text = f"“{alias}” no longer means “{alias.skill}”."
    return answers.done(request, text, to=_page_of(request, alias.skill))


@member(MANAGE)
def merge(request: MemberRequest, pk: UUID) -> HttpResponse:
    """First how many people it touches, then the merge."""
    skill = load(skills.overview(), pk)
    form = SkillMergeForm(request.POST or request.GET)
    if not form.is_valid():
        return _shown(request, skill, merge_form=form)
    into = form.cleaned_data["into"]
    if request.method == "POST":
        try:
            done = relabel.merge_skills(skill=skill, into=into, by=request.actor, now=timezone.now())
        except SameLabel as error:
            form.add_error("into", str(error))
            return _shown(request, skill, merge_form=form)
        return said(request, f"“{skill}” is “{into}” now", done, to=_page_of(request, into))
    back = _page_of(request, skill)
    words = {
        "what": skill,
        "into": into,
        "people": skills.people(skill),
        "both": skills.both(skill, into),
        "back": back,
    }
    return render(request, "talent/settings_merge.html", words)


@require_POST
@member(MANAGE)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    skill, to = load(Skill, pk), reverse("talent:settings-skills", args=[request.tenant.slug])
    try:
        skills.delete(skill=skill, by=request.actor)
    except SkillInUse as error:
        return answers.refused(request, str(error), to=_page_of(request, skill))
    return answers.done(request, f"“{skill}” is deleted.", to=to)


@require_POST
@member(MANAGE)
def undo(request: MemberRequest, token: str) -> HttpResponse:
    """Take back one rename or merge, of skills or tags."""
    to = reverse("crm:settings", args=[request.tenant.slug])

    def take_back() -> str:
        people = relabel.take_back(token=token, by=request.actor, now=timezone.now())
        return f"Taken back for {people_in_words(people)}"

    return answers.taken_back(request, take_back, to=to, events=("crm:changed",))
