"""API keys: making one (its secret is shown once), revoking one."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from crm.access import load, member
from crm.forms import ApiKeyForm
from crm.permissions import ROLE_SENTENCES, Permission, Role
from crm.requests import MemberRequest
from crm.services import api_keys, members


@member(Permission.API_KEY_MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    words = {"keys": api_keys.listing(), "now": timezone.now()}
    return render(request, "crm/api_key_list.html", words)


def _end_of(day: dt.date | None) -> dt.datetime | None:
    """The end of a day in the member's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max)) if day else None


@never_cache
@member(Permission.API_KEY_MANAGE)
def new(request: MemberRequest) -> HttpResponse:
    """The form; once sent, the secret, which is shown this once."""
    roles = members.roles_given_by(Role.ADMIN)
    form = ApiKeyForm(request.POST or None, roles=roles, initial={"role": Role.RECRUITER})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        key, secret = api_keys.create(
            name=values["name"], role=values["role"], expires_at=_end_of(values["expires_on"]), by=request.actor
        )
        return render(request, "crm/api_key_created.html", {"key": key, "secret": secret})
    sentences = [(role.label, ROLE_SENTENCES[role]) for role in roles]
    words = {"form": form, "sentences": sentences}
    return render(request, "crm/api_key_new.html", words, status=422 if form.errors else 200)


@member(Permission.API_KEY_MANAGE)
def revoke(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Asks first: a revoked key cannot be brought back."""
    key = load(api_keys.working(), pk)
    if request.method != "POST":
        return render(request, "crm/api_key_revoke.html", {"key": key})
    api_keys.revoke(key=key, by=request.actor, now=timezone.now())
    messages.success(request, f"The key “{key}” is revoked; it stopped working.")
    return redirect("crm:api-key-list", request.tenant.slug)
