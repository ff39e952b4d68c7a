"""The engagement score: why it is what it is, and what counts how much."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import together
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.engagement import WeightsForm
from talent.models import Candidate
from talent.services import dossier, engagement


def asks(candidate: Candidate) -> list[together.Question]:
    """What the badge is read from."""
    return [engagement.in_force(), engagement.told_of(candidate.pk)]


def badge(request: MemberRequest, candidate: Candidate) -> str:
    """The word for how much a person has to do with us, and the reasons behind it."""
    words = {"story": engagement.story(candidate, timezone.now()), "candidate": candidate, "tenant": request.tenant}
    return render_to_string("talent/partials/warmth_badge.html", words, request)


@member(Permission.CANDIDATE_VIEW)
def of_candidate(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Every event that a person's score is made of, with what each adds."""
    candidate = load(dossier.people(), pk)
    story = engagement.story(candidate, timezone.now())
    return render(request, "talent/engagement_candidate.html", {"candidate": candidate, "story": story})


def _settings(form: WeightsForm, **more: Any) -> dict[str, Any]:
    versions = engagement.told_versions()
    return {"form": form, "versions": versions, "settled": engagement.is_settled(), **more}


@member(Permission.TENANT_MANAGE)
def settings(request: MemberRequest) -> HttpResponse:
    """The weights in force; a change becomes a new version, the older ones stay."""
    form = WeightsForm(request.POST or None, weights=engagement.current())
    if request.method == "POST" and form.is_valid():
        row = engagement.change(weights=form.weights(), by=request.actor, now=timezone.now())
        messages.success(request, f"Version {row.version} is in force. Everybody's score is being summed up anew.")
        return redirect("talent:settings-engagement", request.tenant.slug)
    status = 422 if form.errors else 200
    return render(request, "talent/engagement_settings.html", _settings(form), status=status)


@require_POST
@member(Permission.TENANT_MANAGE)
def preview(request: MemberRequest) -> HttpResponse:
    """Who would change level with the weights that are typed but not saved."""
    form = WeightsForm(request.POST, weights=engagement.current())
    change = engagement.would_change(draft=form.weights(), now=timezone.now()) if form.is_valid() else None
    part = "#preview" if request.htmx else ""
    words = _settings(form, change=change, moves=change.described if change else [])
    return render(request, f"talent/engagement_settings.html{part}", words, status=422 if form.errors else 200)
