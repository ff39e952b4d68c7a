"""Pages of a mail's variants: what came of each, writing them, pausing and choosing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.variants import LeastPeopleForm, VariantForm
from outreach.models import SequenceStep, StepVariant
from outreach.services import merge_tags, overview, variants
from outreach.services.clock import database_now
from outreach.services.variants import NotAVariant
from outreach.views.message_templates import reading


def _back(request: MemberRequest, step: SequenceStep) -> HttpResponse:
    return redirect("outreach:variant-list", request.tenant.slug, step.pk)


def _words(request: MemberRequest, step: SequenceStep, form: VariantForm) -> dict[str, Any]:
    words: dict[str, Any] = {"step": step, "form": form, "tags": merge_tags.offered()}
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    return words | reading(request, subject or step.subject_source or "Re:", body or step.body_source, step=step)


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The wordings of a mail, what came of each, and whether that decides anything."""
    step = load(overview.steps_with_sequence(), pk)
    test = variants.test_of(step)
    words = {
        "step": step,
        "test": test,
        "judgement": variants.judgement(step),
        "variants": test.variants.all() if test else [],
        "least_form": LeastPeopleForm(initial={"least_people": test.least_people if test else 50}),
    }
    return render(request, "outreach/variant_list.html", words)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Another wording; it begins with the words that there are."""
    step = load(overview.steps_with_sequence(), pk)
    form = VariantForm(request.POST or None, initial={"subject": step.subject_source, "body": step.body_source})
    if request.method == "POST" and form.is_valid():
        try:
            made = variants.add(step=step, by=request.actor, **form.cleaned_data)
        except NotAVariant as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Variant {made.letter} is given out from now on.")
            return _back(request, step)
    return render(
        request, "outreach/variant_edit.html", _words(request, step, form), status=422 if form.errors else 200
    )


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    variant = load(variants.with_test(), pk)
    step = load(overview.steps_with_sequence(), variants.step_of(variant).pk)
    form = VariantForm(request.POST or None, initial={"subject": variant.subject, "body": variant.body})
    if request.method == "POST" and form.is_valid():
        try:
            variants.change(variant=variant, by=request.actor, **form.cleaned_data)
        except NotAVariant as error:
            form.add_error(None, str(error))
        else:
            return _back(request, step)
    words = _words(request, step, form) | {"variant": variant}
    return render(request, "outreach/variant_edit.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    variant: StepVariant = load(variants.with_test(), pk)
    step = variants.step_of(variant)
    try:
        variants.delete(variant=variant, by=request.actor)
    except NotAVariant as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Variant {variant.letter} is deleted.")
    return _back(request, step)


def _set(request: MemberRequest, pk: UUID, letter: str, is_paused: bool) -> HttpResponse:
    step = load(overview.steps_with_sequence(), pk)
    try:
        variants.pause(step=step, letter=letter, is_paused=is_paused, by=request.actor)
    except NotAVariant as error:
        messages.error(request, str(error))
    return _back(request, step)


@require_POST
@member(Permission.OUTREACH_SEND)
def pause(request: MemberRequest, pk: UUID, letter: str) -> HttpResponse:
    return _set(request, pk, letter, is_paused=True)


@require_POST
@member(Permission.OUTREACH_SEND)
def resume(request: MemberRequest, pk: UUID, letter: str) -> HttpResponse:
    return _set(request, pk, letter, is_paused=False)


@require_POST
@member(Permission.OUTREACH_SEND)
def choose(request: MemberRequest, pk: UUID, letter: str) -> HttpResponse:
    """Everybody gets this one from now on."""
    step = load(overview.steps_with_sequence(), pk)
    try:
        variants.choose(step=step, letter=letter, by=request.actor, now=database_now())
    except NotAVariant as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"From now on everybody gets {letter}.")
    return _back(request, step)


@require_POST
@member(Permission.OUTREACH_SEND)
def try_all(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the choice back."""
    step = load(overview.steps_with_sequence(), pk)
    variants.choose(step=step, letter="", by=request.actor, now=database_now())
    return _back(request, step)


@require_POST
@member(Permission.OUTREACH_EDIT)
def least(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How many people each must have gone to before anything is decided."""
    step, form = load(overview.steps_with_sequence(), pk), LeastPeopleForm(request.POST)
    if form.is_valid():
        variants.set_least(step=step, people=form.cleaned_data["least_people"], by=request.actor)
    else:
        messages.error(request, "Give a number from 20 to 10,000.")
    return _back(request, step)
