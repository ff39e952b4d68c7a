"""Settings: what each purpose rests on, and the words that ask for consent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import member
from crm.requests import MemberRequest
from talent.choices import ConsentPurpose
from talent.forms.consent import PurposeForm, WordingForm
from talent.services import consents
from talent.views.skill_settings import MANAGE


def known(purpose: str) -> ConsentPurpose:
    """The purpose of that name, or 404."""
    if purpose not in ConsentPurpose.values:
        raise Http404("No such purpose.")
    return ConsentPurpose(purpose)


def _page(request: MemberRequest, purpose: str) -> str:
    return reverse("talent:settings-purpose", args=[request.tenant.slug, purpose])


def _form(purpose: ConsentPurpose, data: Any = None) -> PurposeForm:
    basis = consents.bases()[purpose]
    return PurposeForm(data, initial={"basis": basis.lawful, "valid_months": basis.valid_months})


def _shown(request: MemberRequest, purpose: ConsentPurpose, **forms: Any) -> HttpResponse:
    """The page of a purpose, with the form that was sent."""
    rows = consents.wordings_of(purpose)
    words = {"purpose": purpose, "form": _form(purpose), "word_form": WordingForm(), "wordings": rows, **forms}
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "talent/settings_purpose.html", words, status=status)


@member(MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    """The purposes, what each rests on and whether there are words for it."""
    return render(request, "talent/settings_consent.html", {"purposes": consents.overview()})


@member(MANAGE)
def purpose(request: MemberRequest, purpose: str) -> HttpResponse:
    which = known(purpose)
    form = _form(which, request.POST or None)
    if request.method == "POST" and form.is_valid():
        consents.rest_on(purpose=which, by=request.actor, **form.cleaned_data)
        return answers.done(request, f"“{which.label}” is saved.", to=_page(request, which))
    return _shown(request, which, form=form)


@require_POST
@member(MANAGE)
def word(request: MemberRequest, purpose: str) -> HttpResponse:
    """New words are the next version; whoever agreed to older ones agreed to those."""
    which, form = known(purpose), WordingForm(request.POST)
    if not form.is_valid():
        return _shown(request, which, word_form=form)
    row = consents.word(purpose=which, by=request.actor, **form.cleaned_data)
    return answers.done(request, f"Version {row.version} is in force.", to=_page(request, which))
