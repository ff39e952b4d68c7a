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
from crm.tenancy.models import uuid7
from portal import access
from portal.forms import VisitorForm
from portal.services import registrations, visitors
from portal.services.registrations import Full
from talent.models import RecruitingEvent
from talent.services import check_in, seats
from talent.services.check_in import Code


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
            return redirect(_after(workspace, found, form))
        waits = seats.must_wait(found)
        words = {"workspace": workspace, "event": found, "form": form, "waits": waits}
        return render(request, "portal/event.html", words, status=422 if form.errors else 200)


def _after(workspace: Tenant, found: RecruitingEvent, form: VisitorForm) -> str:
    """Who has a place sees the code for the door; a machine gets one that nobody has."""
    waits = form.cleaned_data.get("waits")
    if waits or not found.is_on_site:
        return reverse("portal-public:event-thanks", args=[workspace.slug, found.pk]) + ("?waiting=1" if waits else "")
    code = Code(found.pk, form.cleaned_data.get("ticket") or uuid7())
    return reverse("portal-public:ticket", args=[workspace.slug, code.token])


def _register(found: RecruitingEvent, form: VisitorForm) -> bool:
    """Whether the visitor has a place, or one in the line; else the form says why not."""
    said = form.cleaned_data
    try:
        asked = registrations.ask(event=found, name=said["name"], email=said["email"], agreed_to=form.agreed_to)
        said["waits"], said["ticket"] = asked.is_waiting, asked.pk
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


@access.everybody
@require_safe
def ticket(request: HttpRequest, workspace: Tenant, token: str) -> HttpResponse:
    """A place and the code for the door. It says nothing of whose it is, or whether they still come."""
    code = check_in.read(token)
    with open_tenant(workspace):
        found = RecruitingEvent.objects.filter(pk=code.event_id).first() if code else None
        if code is None or found is None:
            raise Http404("There is nothing at this address.")
        picture = registrations.ticket(code, workspace)
        words = {"workspace": workspace, "event": found, "ticket": picture}
        return render(request, "portal/ticket.html", words)


# --- on other pages


def panel(request: MemberRequest, event: RecruitingEvent) -> str:
    """For the slot `event.side`: the address of its page for everybody, as long as there is one."""
    if registrations.offered(event.pk, timezone.now()) is None:
        return ""
    words = {"address": registrations.address(event)}
    return render_to_string("portal/partials/event_panel.html", words, request)
