"""The schools, courses and degrees of a person: add, correct, remove."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.history import EducationForm
from talent.models import Candidate, Education
from talent.services import educations
from talent.views.candidate_parts import again, editing


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    candidate = load(Candidate, pk)
    form = EducationForm(request.POST, instance=Education(candidate=candidate))
    if not form.is_valid():
        return again(request, candidate, education_form=form)
    educations.save(education=form.instance, by=request.actor, now=timezone.now())
    return answers.done(request, f"“{form.instance}” is added.", to=editing(request, pk))


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    school = load(Education, pk)
    form = EducationForm(request.POST or None, instance=school)
    if request.method == "POST" and form.is_valid():
        educations.save(education=form.instance, by=request.actor, now=timezone.now())
        return answers.done(request, f"“{school}” is saved.", to=editing(request, school.candidate_id))
    words = {"form": form, "school": school, "candidate": school.candidate}
    return render(request, "talent/education_edit.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    school = load(Education, pk)
    name, candidate_id = str(school), school.candidate_id
    educations.remove(education=school, by=request.actor, now=timezone.now())
    return answers.done(request, f"“{name}” is removed.", to=editing(request, candidate_id))
