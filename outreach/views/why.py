"""The page that every mail by plan leads to: why it came, what one wants to get, and the way out of all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from crm.access import hook, zone
from crm.actors import Actor
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.forms.mail_preferences import form_of
from outreach.models import OutboundMessage
from outreach.services import mail_preferences, tokens, tracking, why
from outreach.views.public import target_of


def _page(request: HttpRequest, tenant: Tenant, message: OutboundMessage, token: str) -> dict[str, Any]:
    """What the page shows, after keeping what was sent."""
    person, now, today = message.candidate, timezone.now(), timezone.localdate()
    said = request.POST if request.method == "POST" else None
    form, is_kept = form_of(person, today, said), False
    if said is not None and form.is_valid():
        by = Actor("candidate", person.pk, person.name)
        mail_preferences.put(candidate=person, wanted=form.result(), by=by, now=now, today=today)
        form, is_kept = form_of(person, today), True
    return {
        "company": tenant.name,
        "token": token,
        "form": form,
        "is_kept": is_kept,
        "why": why.answer(message, tenant, now),
        "addresses": mail_preferences.addresses(person),
        "is_stopped": mail_preferences.is_stopped(person, now),
        "is_counted": tracking.is_counted(person),
        "counts_anybody": tracking.policy().is_on,
        "unsubscribe": tokens.url("unsubscribe", tenant_id=tenant.pk, row_id=message.pk),
    }


def _with_message(
    request: HttpRequest, token: str, show: Callable[[Tenant, OutboundMessage], HttpResponse]
) -> HttpResponse:
    """What `show` answers inside the workspace of the mail that the token is of; without one, that the link is gone."""
    if target := target_of("why", token):
        tenant, pk = target
        with open_tenant(tenant):
            if message := why.message_of(pk):
                return show(tenant, message)
    return render(request, "outreach/link_gone.html", status=404)


@hook
@csrf_exempt
@never_cache
@require_POST
def counting(request: HttpRequest, token: str) -> HttpResponse:
    """They switch counting of what they open and follow off, or on again; at once, for mails sent before as well."""

    def switch(tenant: Tenant, message: OutboundMessage) -> HttpResponse:
        person = message.candidate
        by = Actor("candidate", person.pk, person.name)
        tracking.count(candidate=person, is_on=request.POST.get("count") == "on", by=by)
        return redirect(f"{reverse('outreach-public:why', args=[token])}#counting")

    return _with_message(request, token, switch)


@hook
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing, because scanners follow links; POST keeps what the person chose. The token is the key."""

    def show(tenant: Tenant, message: OutboundMessage) -> HttpResponse:
        with timezone.override(zone(message.candidate.time_zone or tenant.time_zone)):
            words = _page(request, tenant, message, token)
            return render(request, "outreach/why.html", words, status=422 if words["form"].errors else 200)

    return _with_message(request, token, show)
