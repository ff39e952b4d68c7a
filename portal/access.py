"""The doors of the portal: for everybody, and for a candidate's own session, in the workspace of the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache

from crm.access import mark, public, zone
from crm.actors import Actor
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from portal.models import PortalAccount
from portal.services import limits, sessions
from talent.models import Candidate

P = ParamSpec("P")
SESSION, ASKED = "portal_session", "portal_asked"
KNOCKS = {"most": 20, "seconds": 600}  # from one network, for each thing that is asked
TOO_OFTEN = "That was too often. Please wait ten minutes, then try again."


class PortalRequest(HttpRequest):
    """A request that passed the portal's door: its workspace is open, its candidate known."""

    workspace: Tenant
    account: PortalAccount
    candidate: Candidate
    actor: Actor


PortalView = Callable[Concatenate[PortalRequest, P], HttpResponseBase]
WorkspaceView = Callable[Concatenate[HttpRequest, Tenant, P], HttpResponseBase]


def workspace_at(slug: str) -> Tenant:
    """The active workspace of an address, or Http404."""
    found = Tenant.objects.filter(slug=slug, status=Tenant.Status.ACTIVE).first()
    if found is None:
        raise Http404("No such workspace.")
    return found


def everybody(view: WorkspaceView[P]) -> Callable[..., HttpResponseBase]:
    """A page of one workspace's portal for everybody: finds the workspace of the address, opens nothing of it."""

    @wraps(view)
    def door(request: HttpRequest, tenant: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, workspace_at(tenant), *args, **kwargs)

    return public(never_cache(door))


def may(request: HttpRequest, workspace: Tenant, what: str) -> bool:
    """Whether this network has not asked for it too often."""
    return limits.may(workspace.pk, what, str(get_adapter().get_client_ip(request)), **KNOCKS)


def set_cookie(response: HttpResponseBase, workspace: Tenant, name: str, value: str, seconds: int) -> None:
    """A cookie that only this workspace's portal sees, and no script."""
    path = reverse("portal-public:ask", args=[workspace.slug])
    response.set_cookie(
        name, value, max_age=seconds, path=path, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def start_session(response: HttpResponseBase, workspace: Tenant, account: PortalAccount, started_at: datetime) -> None:
    value = sessions.make(account, started_at)
    set_cookie(response, workspace, SESSION, value, int(sessions.IDLE.total_seconds()))


def end_session(response: HttpResponseBase, workspace: Tenant) -> None:
    response.delete_cookie(SESSION, path=reverse("portal-public:ask", args=[workspace.slug]))


def candidate(view: PortalView[P]) -> Callable[..., HttpResponseBase]:
    """A page of the person's own: `/p/<tenant>/me/...`. Without a session of this workspace: to its front page."""

    @wraps(view)
    def door(request: HttpRequest, tenant: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        workspace, now = workspace_at(tenant), timezone.now()
        with open_tenant(workspace):
            session = sessions.read(request.COOKIES.get(SESSION, ""), now)
            if session is None:
                return redirect("portal-public:ask", workspace.slug)
            account, started_at = session
            typed = cast(PortalRequest, request)
            typed.workspace, typed.account, typed.candidate = workspace, account, account.candidate
            typed.actor = account.actor
            with timezone.override(zone(account.candidate.time_zone or workspace.time_zone)):
                sessions.note_visit(account, now)
                response = view(typed, *args, **kwargs)
        if SESSION not in response.cookies:
            start_session(response, workspace, account, started_at)
        add_never_cache_headers(response)
        return response

    mark(door, "portal")
    return door
