"""The page of grants: who may send from whose own mailbox."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.send_grants import SendGrantForm
from outreach.models import SendGrant
from outreach.services import send_grants
from outreach.services.clock import database_now


@member(Permission.OUTREACH_SEND)
def edit(request: MemberRequest) -> HttpResponse:
    """What one gave and holds; administrators see all of them. A form for a new one."""
    form, who = SendGrantForm(request.POST or None, member=request.member), request.member
    if request.method == "POST" and form.is_valid():
        parts = {"owner": form.owner_chosen, "grantee": form.cleaned_data["grantee"]}
        try:
            send_grants.give(**parts, scope=form.scope(), by=request.actor, today=timezone.localdate())
        except send_grants.NotAGrant as error:
            form.add_error("grantee", str(error))
        else:
            messages.success(request, f"{parts['grantee'].user.display_name} may send from that mailbox now.")
            return redirect("outreach:settings-grants", request.tenant.slug)
    is_admin = Permission.TENANT_MANAGE in who.permissions
    words = {"form": form, "grants": send_grants.every() if is_admin else send_grants.of(who), "is_admin": is_admin}
    return render(request, "outreach/settings_grants.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.OUTREACH_SEND)
def revoke(request: MemberRequest, pk: UUID) -> HttpResponse:
    """By whoever gave it, or an administrator."""
    grant = load(SendGrant, pk)
    if not send_grants.may_revoke(grant, request.member):
        raise PermissionDenied("Only whose mailbox it is, or an administrator, takes a grant back.")
    send_grants.revoke(grant=grant, by=request.actor, now=database_now())
    messages.success(request, "It is taken back: nothing more goes by it.")
    return redirect("outreach:settings-grants", request.tenant.slug)
