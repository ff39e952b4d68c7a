"""Pages of the person rather than of a tenant: the way in, and a further workspace."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from crm.access import public, signed_in
from crm.forms import NewWorkspaceForm
from crm.models import User
from crm.services import members, tenants


@public
def index(request: HttpRequest) -> HttpResponse:
    """To the workspace used last; without one to make one; without a log-in to the log-in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    member = members.used_last(request.user)
    return redirect("crm:today", member.tenant.slug) if member else redirect("workspace-new")


@signed_in
def workspace_new(request: HttpRequest) -> HttpResponse:
    """A further workspace, owned by the one who makes it."""
    form = NewWorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner = cast(User, request.user)
        member = tenants.create(name=form.cleaned_data["name"], owner=owner, time_zone=owner.time_zone)
        return redirect("crm:today", member.tenant.slug)
    return render(request, "crm/workspace_new.html", {"form": form}, status=422 if form.errors else 200)
