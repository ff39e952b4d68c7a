"""The deliveries of webhooks: what was told to other systems, what failed and why, and trying it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.choices import CallState
from outreach.models import WebhookCall
from outreach.services import webhook_secrets, webhooks
from outreach.services.clock import database_now
from talent.views.paging import after, split


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-webhooks", request.tenant.slug)


@member(Permission.TENANT_MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    """Deliveries by `?state=`, and the key that they are signed with."""
    state, now, counted = request.GET.get("state", ""), database_now(), webhooks.counts()
    rows, following = split(webhooks.deliveries(state=state, after=after(request)), webhooks.PAGE)
    words: dict[str, Any] = {"rows": rows, "following": following, "state": state}
    words["states"] = [(one.value, one.label, counted[one.value]) for one in CallState]
    words |= {"keys": webhook_secrets.keys(now), "stored": webhook_secrets.stored()}
    return render(request, "outreach/settings_webhooks.html", words)


@require_POST
@member(Permission.TENANT_MANAGE)
def send_again(request: MemberRequest, pk: UUID) -> HttpResponse:
    try:
        webhooks.send_again(call=load(WebhookCall, pk), by=request.actor, now=database_now())
    except webhooks.NotSentAgain as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is tried again now.")
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def renew_secret(request: MemberRequest) -> HttpResponse:
    webhook_secrets.renew(by=request.actor, now=database_now())
    messages.success(request, "There is a new key. Both sign for a day: give receivers the new one until then.")
    return _back(request)
