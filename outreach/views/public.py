"""What links in our mails lead to: the picture that counts opens, counted links, and unsubscribing."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from crm.access import active_tenant, hook, public
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import TrackedLink
from outreach.services import evidence, hits, mail_preferences, tokens, topics, why
from outreach.services.tokens import Kind

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
EVERYTHING, UNDO = "everything", "undo"
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

    A mail about a topic is the end of that topic; the page offers the rest, and the way back. No cookie, no log-in,
    no redirect; pressing it again changes nothing.
    """
    target = target_of("unsubscribe", token)
    if target is None:
        return render(request, "outreach/link_gone.html", status=404)
    tenant, message_id = target
    with open_tenant(tenant):
        if request.method == "POST":
            _act(request.POST, message_id, timezone.now())
        words = _standing(message_id, is_asked=request.method == "POST", now=timezone.now())
    words["is_undone"] = request.POST.get("what") == UNDO and not words["is_off"]
    words |= {"company": tenant.name, "choose": tokens.url("why", tenant_id=tenant.pk, row_id=message_id)}
    return render(request, "outreach/unsubscribe.html", words)


def _act(said: QueryDict, message_id: UUID, now: datetime) -> None:
    """What was pressed. A mail program's request says nothing but itself."""
    is_one_click = said.get("List-Unsubscribe") == "One-Click"
    what, how = ("", BY_HEADER) if is_one_click else (said.get("what"), BY_BUTTON)
    if what == UNDO:
        evidence.take_back_unsubscribing(message_id=message_id, now=now)
    elif what == EVERYTHING:
        evidence.unsubscribe_from_everything(message_id=message_id, how=how, now=now)
    else:
        evidence.unsubscribe(message_id=message_id, how=how, now=now)


def _standing(message_id: UUID, *, is_asked: bool, now: datetime) -> dict[str, Any]:
    """What holds for the person: the mail's topic, and what is off. Of an erased one, that they asked is all."""
    message = why.message_of(message_id)
    if message is None:
        return {"is_stopped": is_asked, "topic": None, "is_off": False}
    topic, person = topics.of(message), message.candidate
    is_stopped = mail_preferences.said_stop(person, now)
    return {"is_stopped": is_stopped, "topic": topic, "is_off": mail_preferences.is_off(person, topic)}
