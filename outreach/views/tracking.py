"""What is counted: the settings page, and the switch of one person."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.tracking import TrackingForm
from outreach.services import tracking
from outreach.services.clock import database_now
from talent.models import Candidate


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-tracking", request.tenant.slug)


@member(Permission.TENANT_MANAGE)
def edit(request: MemberRequest) -> HttpResponse:
    rules = tracking.policy()
    form = TrackingForm.of(rules, request.POST or None)
    if request.method == "POST" and form.is_valid():
        tracking.change(by=request.actor, **form.cleaned_data)
        messages.success(request, "Saved. It holds for mails that were sent as well.")
        return _back(request)
    words = {"form": form, "rules": rules, "host": settings.BASE_URL.partition("://")[2]}
    return render(request, "outreach/settings_tracking.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.TENANT_MANAGE)
def check_domain(request: MemberRequest) -> HttpResponse:
    rules = tracking.policy()
    if problem := tracking.look_at_domain(rules=rules, now=database_now()):
        messages.error(request, problem)
    else:
        messages.success(request, f"{rules.domain} leads here: links of new mails begin with it.")
    return _back(request)


def panel(request: MemberRequest, candidate: Candidate) -> SafeString:
    """Whether opens and clicks of this person are counted, with the switch."""
    rules, is_on = tracking.policy(), tracking.is_counted(candidate)
    words = {
        "candidate": candidate,
        "tenant": request.tenant,
        "may_change": Permission.OUTREACH_SEND in request.member.permissions,
        "is_on": is_on,
        "is_own_word": not is_on and tracking.is_off_by_themselves(candidate),
        "is_off_for_all": not rules.is_on,
        "is_off_there": candidate.country in rules.countries_off,
    }
    return render_to_string("outreach/partials/tracking_of_candidate.html", words, request)


def _switch(request: MemberRequest, pk: UUID, *, is_on: bool) -> HttpResponse:
    candidate = load(Candidate, pk)
    tracking.count(candidate=candidate, is_on=is_on, by=request.actor)
    words = "What they open and follow is counted." if is_on else "Nothing that they open or follow is counted."
    to = reverse("talent:candidate-detail", args=[request.tenant.slug, pk])
    return answers.done(request, words, to=to, events=("crm:changed-candidate",))


@require_POST
@member(Permission.OUTREACH_SEND)
def switch_on(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _switch(request, pk, is_on=True)


@require_POST
@member(Permission.OUTREACH_SEND)
def switch_off(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _switch(request, pk, is_on=False)
