"""What hangs off a person and is changed piece by piece: contact points, pools."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.candidate import CandidateForm, ContactPointForm
from talent.forms.person import CustomForm
from talent.forms.pools import BulkPoolForm
from talent.models import Candidate, ContactPoint, TalentPool
from talent.services import contact, dossier, field_values, pools
from talent.services.contact import AddressTaken
from talent.views.candidates import parts_of


def profile_of(request: MemberRequest, candidate_id: UUID) -> str:
    return reverse("talent:candidate-detail", args=[request.tenant.slug, candidate_id])


def editing(request: MemberRequest, candidate_id: UUID) -> str:
    return reverse("talent:candidate-edit", args=[request.tenant.slug, candidate_id])


def again(request: MemberRequest, candidate: Candidate, **form: forms.BaseForm) -> HttpResponse:
    """The edit page with one of its small forms as it was sent, and its mistakes."""
    named = {key: [{"value": n, "label": n} for n in names] for key, names in dossier.names(candidate).items()}
    role = request.member.role
    custom = CustomForm(role=role, values=field_values.of(candidate, role))
    shown: dict[str, Any] = {"form": CandidateForm(instance=candidate), "custom": custom, "chosen": named}
    words = {**shown, **parts_of(request, candidate), **form}
    return render(request, "talent/candidate_edit.html", words, status=422)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add_point(request: MemberRequest, pk: UUID) -> HttpResponse:
    candidate = load(Candidate, pk)
    form = ContactPointForm(request.POST, region=candidate.country)
    if form.is_valid():
        try:
            row = contact.give_point(
                candidate=candidate, point=form.cleaned_data["point"], by=request.actor, now=timezone.now()
            )
        except AddressTaken as error:
            form.add_error("value", str(error))
        else:
            return answers.done(request, f"{row.value} is added.", to=editing(request, pk))
    return again(request, candidate, point_form=form)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove_point(request: MemberRequest, pk: UUID) -> HttpResponse:
    point = load(ContactPoint, pk)
    candidate_id, value = point.candidate_id, point.value
    contact.remove_point(point=point, by=request.actor, now=timezone.now())
    return answers.done(request, f"{value} is removed.", to=editing(request, candidate_id))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def make_primary(request: MemberRequest, pk: UUID) -> HttpResponse:
    point = load(ContactPoint, pk)
    contact.make_primary(point=point, by=request.actor, now=timezone.now())
    return answers.done(request, f"{point.value} is the primary one now.", to=editing(request, point.candidate_id))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add_to_pool(request: MemberRequest, pk: UUID) -> HttpResponse:
    candidate, form = load(Candidate, pk), BulkPoolForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, "Choose a pool.", to=profile_of(request, pk))
    pool: TalentPool = form.cleaned_data["pool"]
    pools.add(pool=pool, candidates=[candidate], by=request.actor, now=timezone.now())
    return answers.done(request, f"{candidate.name} is in “{pool}” now.", to=profile_of(request, pk))
