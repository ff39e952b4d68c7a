"""Taking an invitation: `/o/<tenant>/join/<token>/`. The secret is in the address; nothing shows without it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.signup import complete_signup
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from crm.access import public, signed_in
from crm.forms import InvitedSignUpForm
from crm.models import Invitation, Tenant
from crm.services import invitations, tenants
from crm.tenancy.context import tenant as open_tenant


def _workspace(slug: str) -> Tenant:
    found = tenants.find_active(slug)
    if found is None:
        raise Http404("No such workspace.")
    return found


def _find(workspace: Tenant, token: str) -> Invitation | None:
    with open_tenant(workspace):
        return invitations.find(token=token, now=timezone.now())


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "crm/invitation_gone.html", status=410)


@never_cache
@public
def show(request: HttpRequest, tenant: str, token: str) -> HttpResponse:
    """Who invites whom: a button for those who are logged in, log-in or sign-up for the others."""
    workspace = _workspace(tenant)
    invitation = _find(workspace, token)
    if invitation is None:
        return _gone(request)
    return render(request, "crm/invitation_open.html", _words(workspace, invitation, token))


def _words(workspace: Tenant, invitation: Invitation, token: str, **more: Any) -> dict[str, Any]:
    here = reverse("crm:invitation-open", args=[workspace.slug, token])
    words = {"workspace": workspace, "invitation": invitation, "token": token, "here": here}
    return {"form": InvitedSignUpForm(invitation=invitation), **words, **more}


@require_POST
@signed_in
def accept(request: HttpRequest, tenant: str, token: str) -> HttpResponse:
    workspace = _workspace(tenant)
    invitation = _find(workspace, token)
    if invitation is None:
        return _gone(request)
    try:
        with open_tenant(workspace):
            invitations.accept(invitation=invitation, user=request.user)  # type: ignore[arg-type]
    except invitations.InvitationProblem as problem:
        messages.error(request, str(problem))
        return redirect("crm:invitation-open", tenant, token)
    return redirect("crm:today", tenant)


@rate_limit(action="signup")
@require_POST
@public
def sign_up(request: HttpRequest, tenant: str, token: str) -> HttpResponse:
    """A new log-in that joins. allauth's own flow goes on from here: the same answer for known addresses, the code."""
    workspace = _workspace(tenant)
    invitation = _find(workspace, token)
    if invitation is None:
        return _gone(request)
    form = InvitedSignUpForm(request.POST, invitation=invitation)
    if not form.is_valid():
        return render(request, "crm/invitation_open.html", _words(workspace, invitation, token, form=form), status=422)
    with open_tenant(workspace):
        user, answer = form.try_save(request)
    return answer or complete_signup(request, user=user, redirect_url=reverse("crm:today", args=[tenant]))
