"""A candidate's mails: what we sent and why, and what they want to get."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from outreach.forms.mail_preferences import form_of
from outreach.services import mail_preferences, tracking, why
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
    words |= {"is_counted": tracking.is_counted(person), "counts_anybody": tracking.policy().is_on}
    return render(request, "portal/mails.html", words, status=422 if form.errors else 200)


@require_POST
@candidate
def counting(request: PortalRequest) -> HttpResponse:
    """Counting of what they open and follow: off, or on again; at once, for mails sent before as well."""
    is_on = request.POST.get("count") == "on"
    tracking.count(candidate=request.candidate, is_on=is_on, by=request.actor)
    words = "We note it again." if is_on else "We do not note what you open or follow any more."
    messages.success(request, words)
    return redirect("portal-public:mails", request.workspace.slug)
