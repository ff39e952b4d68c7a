"""A candidate's own pages: what we know, correcting it, and whether we may write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.access import PortalRequest, candidate
from portal.forms import ProfileForm
from portal.services import profiles, registrations


def _page(request: PortalRequest, name: str, status: int = 200, **words: Any) -> HttpResponse:
    words |= {"workspace": request.workspace, "candidate": request.candidate, "is_inside": True}
    return render(request, f"portal/{name}.html", words, status=status)


@require_safe
@candidate
def home(request: PortalRequest) -> HttpResponse:
    person = request.candidate
    return _page(
        request,
        "home",
        profile=profiles.current(person),
        emails=profiles.emails(person),
        may_write=profiles.may_write(person, timezone.now()),
        coming=registrations.of(person, request.workspace, timezone.now()),
    )


@candidate
def edit(request: PortalRequest) -> HttpResponse:
    """The person's own form; what they write counts at once."""
    person = request.candidate
    form = ProfileForm(request.POST or None, initial=profiles.current(person), region=person.country)
    if request.method == "POST" and form.is_valid():
        profiles.edit(candidate=person, wishes=form.wishes(), by=request.actor, now=timezone.now())
        messages.success(request, "Thank you. Your profile is saved.")
        return redirect("portal-public:home", request.workspace.slug)
    return _page(request, "edit", 422 if form.errors else 200, form=form)


@require_safe
@candidate
def known(request: PortalRequest) -> HttpResponse:
    """Everything we were told about the person, and by whom."""
    facts = profiles.known(request.candidate, request.workspace.name)
    return _page(request, "known", facts=facts, emails=profiles.emails(request.candidate))


@require_POST
@candidate
def call_off(request: PortalRequest, pk: UUID) -> HttpResponse:
    """They cannot come to an event after all."""
    event = registrations.call_off(person=request.candidate, event_id=pk, by=request.actor, now=timezone.now())
    if event is None:
        raise Http404("You are not registered for this.")
    messages.success(request, f"You called off: {event}. Thank you for telling us.")
    return redirect("portal-public:home", request.workspace.slug)


@require_POST
@candidate
def stop_messages(request: PortalRequest) -> HttpResponse:
    profiles.stop_messages(candidate=request.candidate, by=request.actor, now=timezone.now())
    messages.success(request, "Done. We will not write to you.")
    return redirect("portal-public:home", request.workspace.slug)


@require_POST
@candidate
def allow_messages(request: PortalRequest) -> HttpResponse:
    profiles.allow_messages(candidate=request.candidate, by=request.actor, now=timezone.now())
    messages.success(request, "Thank you. We may write to you again.")
    return redirect("portal-public:home", request.workspace.slug)
