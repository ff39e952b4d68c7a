"""An event's page for everybody, on which people register themselves."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crm.models import Tenant
from crm.requests import MemberRequest
from crm.tenancy.context import tenant as open_tenant
from portal import access
from portal.forms import VisitorForm
from portal.services import registrations, visitors
from portal.services.registrations import Full
from talent.models import RecruitingEvent
from talent.services import seats


def _event(pk: UUID) -> RecruitingEvent:
    found = registrations.offered(pk, timezone.now())
    if found is None:
        raise Http404("There is nothing at this address.")
    return found


@access.everybody
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, workspace: Tenant, pk: UUID) -> HttpResponse:
    """The page of one event with its form; the answer to it is the same for every address."""
    with open_tenant(workspace):
        found = _event(pk)
        form = VisitorForm(request.POST if request.method == "POST" else None, wording=visitors.wording())
        if form.is_bound and not access.may(request, workspace, "event"):
            form.add_error(None, access.TOO_OFTEN)
        if form.is_bound and form.is_valid() and (form.is_machine or _register(found, form)):
            return redirect(reverse("portal-public:event-thanks", args=[workspace.slug, pk]) + _ending(form))
        waits = seats.must_wait(found)
        words = {"workspace": workspace, "event": found, "form": form, "waits": waits}
        return render(request, "portal/event.html", words, status=422 if form.errors else 200)


def _ending(form: VisitorForm) -> str:
    return "?waiting=1" if form.cleaned_data.get("waits") else ""


def _register(found: RecruitingEvent, form: VisitorForm) -> bool:
    """Whether the visitor has a place, or one in the line; else the form says why not."""
    said = form.cleaned_data
    try:
        asked = registrations.ask(event=found, name=said["name"], email=said["email"], agreed_to=form.agreed_to)
        said["waits"] = asked.is_waiting
    except Full as error:
        form.add_error(None, str(error))
    return not form.errors


@access.everybody
@require_safe
def thanks(request: HttpRequest, workspace: Tenant, pk: UUID) -> HttpResponse:
    """After the form."""
    with open_tenant(workspace):
        return render(
            request,
            "portal/event_thanks.html",
            {"workspace": workspace, "event": _event(pk), "waits": "waiting" in request.GET},
        )


# --- on other pages


def panel(request: MemberRequest, event: RecruitingEvent) -> str:
    """For the slot `event.side`: the address of its page for everybody, as long as there is one."""
    if registrations.offered(event.pk, timezone.now()) is None:
        return ""
    words = {"address": registrations.address(event)}
    return render_to_string("portal/partials/event_panel.html", words, request)
