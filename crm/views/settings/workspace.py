"""The workspace: its name and time zone, and the switch that stops all sending."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import member
from crm.forms import WorkspaceForm
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import tenants


@member(Permission.TENANT_MANAGE)
def edit(request: MemberRequest) -> HttpResponse:
    now = {"name": request.tenant.name, "time_zone": request.tenant.time_zone}
    form = WorkspaceForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        tenants.change(workspace=request.tenant, by=request.actor, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("crm:settings-workspace", request.tenant.slug)
    return render(request, "crm/settings_workspace.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@member(Permission.TENANT_MANAGE)
def stop_sending(request: MemberRequest) -> HttpResponse:
    tenants.stop_sending(workspace=request.tenant, by=request.actor)
    messages.success(request, "Sending is stopped. Nothing leaves this workspace until you resume it.")
    return redirect("crm:settings-workspace", request.tenant.slug)


@require_POST
@member(Permission.TENANT_MANAGE)
def resume_sending(request: MemberRequest) -> HttpResponse:
    tenants.resume_sending(workspace=request.tenant, by=request.actor)
    messages.success(request, "Sending is on again.")
    return redirect("crm:settings-workspace", request.tenant.slug)
