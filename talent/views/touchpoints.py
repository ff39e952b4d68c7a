"""Calls and other contacts that leave no message here: logged on a person's page, and taken back."""

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
from talent.forms.touchpoints import TouchpointForm
from talent.models import Touchpoint
from talent.services import dossier, touchpoints
from talent.services.touchpoints import NotATouchpoint
from talent.views.candidate_parts import profile_of

CHANGED = "crm:changed-candidate"


@member(Permission.CANDIDATE_EDIT)
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Log a call, a message on LinkedIn or a meeting."""
    candidate, by = load(dossier.people(), pk), request.actor
    form = TouchpointForm(request.POST or None, by=request.member)
    if request.method == "POST" and form.is_valid():
        who, now = form.cleaned_data["member"], timezone.now()
        try:
            touchpoints.log(candidate=candidate, touch=form.touch(), member=who, by=by, now=now)
            return answers.done(request, "It is logged.", to=profile_of(request, pk), events=(CHANGED,))
        except NotATouchpoint as error:
            form.add_error("occurred_at", str(error))
    words = {"candidate": candidate, "form": form}
    return render(request, "talent/touchpoint_form.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    """It was not so."""
    touchpoint = load(Touchpoint, pk)
    touchpoints.remove(touchpoint=touchpoint, by=request.actor, now=timezone.now())
    to = profile_of(request, touchpoint.candidate_id)
    return answers.done(request, "It no longer counts.", to=to, events=(CHANGED,))
