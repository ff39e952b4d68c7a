"""Settings: companies and mail domains whose people are not contacted, or only with care."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.requests import MemberRequest
from talent.forms.consent import OffLimitsForm, OffLimitsRulesForm, rules_of
from talent.models import OffLimitsCompany
from talent.services import off_limits
from talent.services.off_limits import NotOffLimits
from talent.views.skill_settings import MANAGE


def _list(request: MemberRequest) -> str:
    return reverse("talent:settings-off-limits", args=[request.tenant.slug])


@member(MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    """What is off limits now, with how many people each entry is about; one more."""
    now, form = timezone.now(), OffLimitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("kind", "value")} | vars(form.rules())
        try:
            row = off_limits.add(**said, by=request.actor, now=now)
        except NotOffLimits as error:
            form.add_error("value", str(error))
        else:
            return answers.done(request, f"{row.value} is on the list.", to=_list(request))
    words = {"form": form, "rows": off_limits.overview(now)}
    return render(request, "talent/settings_off_limits.html", words, status=422 if form.errors else 200)


@member(MANAGE)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(OffLimitsCompany, pk)
    form = OffLimitsRulesForm(request.POST or None, initial=rules_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            off_limits.change(row=row, rules=form.rules(), by=request.actor, now=timezone.now())
        except NotOffLimits as error:
            form.add_error(None, str(error))
        else:
            return answers.done(request, f"{row.value} is saved.", to=_list(request))
    words = {"form": form, "row": row}
    return render(request, "talent/settings_off_limits_edit.html", words, status=422 if form.errors else 200)


@require_POST
@member(MANAGE)
def lift(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(OffLimitsCompany, pk)
    off_limits.lift(row=row, by=request.actor, now=timezone.now())
    undo = reverse("talent:settings-off-limits-restore", args=[request.tenant.slug, pk])
    return answers.done(request, f"{row.value} is off the list.", to=_list(request), undo=undo)


@require_POST
@member(MANAGE)
def restore(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(OffLimitsCompany, pk)
    off_limits.restore(row=row, by=request.actor)
    return answers.done(request, f"{row.value} is on the list again.", to=_list(request))
