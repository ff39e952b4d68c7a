"""What a person did and learned, changed a row at a time on the edit page: jobs, and schools, courses and degrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.history import Dated, EducationForm, EmploymentForm
from talent.models import Candidate, Education, Employment
from talent.services import educations, employments
from talent.views.candidate_parts import again, editing


@dataclass(frozen=True)
class _Part:
    """One kind of row: what it is called in templates, its form, and the services that keep it and take it away."""

    name: str
    model: type[Any]
    form: type[Dated]
    save: Callable[..., None]
    remove: Callable[..., None]

    def _how(self, request: MemberRequest, row: Any) -> dict[str, Any]:
        return {self.model._meta.model_name: row, "by": request.actor, "now": timezone.now()}

    def added(self, request: MemberRequest, pk: UUID) -> HttpResponse:
        candidate = load(Candidate, pk)
        form = self.form(request.POST, instance=self.model(candidate=candidate))
        if not form.is_valid():
            return again(request, candidate, **{f"{self.model._meta.model_name}_form": form})
        self.save(**self._how(request, form.instance))
        return answers.done(request, f"“{form.instance}” is added.", to=editing(request, pk))

    def edited(self, request: MemberRequest, pk: UUID) -> HttpResponse:
        row = load(self.model, pk)
        form = self.form(request.POST or None, instance=row)
        if request.method == "POST" and form.is_valid():
            self.save(**self._how(request, form.instance))
            return answers.done(request, f"“{row}” is saved.", to=editing(request, row.candidate_id))
        words = {"form": form, self.name: row, "candidate": row.candidate}
        page = f"talent/{self.model._meta.model_name}_edit.html"
        return render(request, page, words, status=422 if form.errors else 200)

    def removed(self, request: MemberRequest, pk: UUID) -> HttpResponse:
        row = load(self.model, pk)
        name, candidate_id = str(row), row.candidate_id
        self.remove(**self._how(request, row))
        return answers.done(request, f"“{name}” is removed.", to=editing(request, candidate_id))


JOB = _Part("job", Employment, EmploymentForm, employments.save, employments.remove)
SCHOOL = _Part("school", Education, EducationForm, educations.save, educations.remove)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add_employment(request: MemberRequest, pk: UUID) -> HttpResponse:
    return JOB.added(request, pk)


@member(Permission.CANDIDATE_EDIT)
def edit_employment(request: MemberRequest, pk: UUID) -> HttpResponse:
    return JOB.edited(request, pk)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove_employment(request: MemberRequest, pk: UUID) -> HttpResponse:
    return JOB.removed(request, pk)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add_education(request: MemberRequest, pk: UUID) -> HttpResponse:
    return SCHOOL.added(request, pk)


@member(Permission.CANDIDATE_EDIT)
def edit_education(request: MemberRequest, pk: UUID) -> HttpResponse:
    return SCHOOL.edited(request, pk)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove_education(request: MemberRequest, pk: UUID) -> HttpResponse:
    return SCHOOL.removed(request, pk)
