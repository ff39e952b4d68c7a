"""A candidate's mails: what we sent and why, and what they want to get."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from outreach.forms.mail_preferences import form_of
from outreach.services import mail_preferences, why
from portal.access import PortalRequest, candidate


@candidate
def choose(request: PortalRequest) -> HttpResponse:
    """Topics, how often, a pause; below it every mail that we sent, each with its reason."""
    person, today, now = request.candidate, timezone.localdate(), timezone.now()
    form = form_of(person, today, request.POST or None)
    if request.method == "POST" and form.is_valid():
        mail_preferences.put(candidate=person, wanted=form.result(), by=request.actor, now=now, today=today)
        messages.success(request, "Kept. It holds from now on, also for what is planned already.")
        return redirect("portal-public:mails", request.workspace.slug)
    words = {"workspace": request.workspace, "candidate": person, "is_inside": True, "form": form}
    words |= {"mails": why.mails_of(person), "is_stopped": mail_preferences.is_stopped(person, now)}
    return render(request, "portal/mails.html", words, status=422 if form.errors else 200)
