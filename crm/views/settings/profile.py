"""What one says of oneself, and the ways to one's log-in's security."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from crm.access import member
from crm.forms import ProfileForm
from crm.requests import MemberRequest
from crm.services import logins, members


@member()
def edit(request: MemberRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=members.said(request.member))
    if request.method == "POST" and form.is_valid():
        members.describe(member=request.member, by=request.actor, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("crm:settings-profile", request.tenant.slug)
    return render(request, "crm/settings_profile.html", {"form": form}, status=422 if form.errors else 200)


@member()
def security(request: MemberRequest) -> HttpResponse:
    return render(request, "crm/settings_security.html", {"protection": logins.protection(request.user)})
