"""What links in our mails lead to: the picture that counts opens, counted links, and unsubscribing."""

from __future__ import annotations

import base64
from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from crm.access import active_tenant, hook, public
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import TrackedLink
from outreach.services import evidence, hits, tokens
from outreach.services.tokens import Kind

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
BY_BUTTON = "They pressed the button on the unsubscribe page."
BY_HEADER = "Their mail program sent the one-click request (RFC 8058)."


def target_of(kind: Kind, token: str) -> tuple[Tenant, UUID] | None:
    """The active tenant and the row behind a token that is ours."""
    target = tokens.read(kind, token)
    tenant = active_tenant(pk=target.tenant_id) if target else None
    return (tenant, target.row_id) if tenant and target else None


class _Who(TypedDict):
    by: str
    agent: str


def _who(request: HttpRequest) -> _Who:
    """Who asks, as far as one can tell, and what it calls itself."""
    return {"by": hits.by_request(str(request.method), request.headers), "agent": request.headers.get("User-Agent", "")}


@public
@never_cache
@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The picture. The same for every token, so that it tells nothing."""
    target = target_of("open", token)
    if target:
        tenant, message_id = target
        with open_tenant(tenant):
            evidence.record_opened(message_id=message_id, now=timezone.now(), **_who(request))
    return HttpResponse(PIXEL, content_type="image/gif")


@public
@never_cache
@require_safe
def clicked(request: HttpRequest, token: str) -> HttpResponse:
    """To where the link leads: an address from our own table, never from the request."""
    target = target_of("click", token)
    if target is None:
        return render(request, "outreach/link_gone.html", status=404)
    tenant, link_id = target
    with open_tenant(tenant):
        link = TrackedLink.objects.filter(pk=link_id).first()
        if link:
            evidence.record_clicked(link=link, now=timezone.now(), **_who(request))
    if link is None or not link.target.startswith(("https://", "http://")):
        return render(request, "outreach/link_gone.html", status=404)
    return HttpResponseRedirect(link.target)


@hook
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and does nothing, because scanners follow links; POST acts at once (RFC 8058, section 3.2).

    No cookie, no log-in, no redirect; pressing it again changes nothing.
    """
    target = target_of("unsubscribe", token)
    if target is None:
        return render(request, "outreach/link_gone.html", status=404)
    tenant, message_id = target
    if request.method == "POST":
        how = BY_HEADER if request.POST.get("List-Unsubscribe") == "One-Click" else BY_BUTTON
        with open_tenant(tenant):
            evidence.unsubscribe(message_id=message_id, how=how, now=timezone.now())
    choose = tokens.url("why", tenant_id=tenant.pk, row_id=message_id)
    words = {"company": tenant.name, "is_done": request.method == "POST", "choose": choose}
    return render(request, "outreach/unsubscribe.html", words)
