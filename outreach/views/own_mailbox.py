"""A member's own mailbox: connecting it with its maker, testing it, taking it away."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from crm.access import member, signed_in
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.services import connecting, mailboxes
from outreach.services.clock import database_now
from outreach.services.connecting import WAYS, NotConnected
from outreach.transports.base import NotReached

UNDER_WAY = "mailbox-connecting"  # in the session: tenant, way, state, verifier


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-own-mailbox", request.tenant.slug)


@member(Permission.OUTREACH_SEND)
def show(request: MemberRequest) -> HttpResponse:
    mailbox = connecting.own(request.member)
    words: dict[str, Any] = {"mailbox": mailbox, "ways": connecting.ways()}
    if mailbox is not None:
        words |= {"rights": connecting.rights_of(mailbox), "way": connecting.way_of(mailbox)}
    return render(request, "outreach/settings_own_mailbox.html", words)


@require_POST
@member(Permission.OUTREACH_SEND)
def connect(request: MemberRequest, way: str) -> HttpResponse:
    """To the maker's page, where the person agrees."""
    client = connecting.client_of(WAYS[way].maker) if way in WAYS else None
    if client is None:
        raise Http404
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    request.session[UNDER_WAY] = {"tenant": request.tenant.slug, "way": way, "state": state, "verifier": verifier}
    return redirect(
        client.authorize(
            scopes=WAYS[way].scopes,
            redirect_uri=connecting.redirect_uri(),
            state=state,
            verifier=verifier,
            login=request.member.user.email,
        )
    )


@signed_in
def returned(request: HttpRequest) -> HttpResponse:
    """Where makers send the person back to, one address for all workspaces: on to the one they came from."""
    under_way = request.session.get(UNDER_WAY)
    if not under_way or not constant_time_compare(under_way["state"], request.GET.get("state", "")):
        raise Http404
    given = {name: request.GET[name][:4000] for name in ("code", "state", "error") if name in request.GET}
    where = redirect("outreach:own-mailbox-connected", under_way["tenant"])
    where["Location"] += f"?{urlencode(given)}"
    return where


@member(Permission.OUTREACH_SEND)
def connected(request: MemberRequest) -> HttpResponse:
    """The code becomes tokens, once: its state is taken out of the session."""
    under_way = request.session.pop(UNDER_WAY, None)
    is_ours = under_way and constant_time_compare(under_way["state"], request.GET.get("state", ""))
    if not is_ours or under_way["tenant"] != request.tenant.slug:
        raise Http404
    try:
        _take(request, WAYS[under_way["way"]], under_way["verifier"])
    except (NotReached, NotConnected) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Connected. Your single mails and sequences now leave from your own mailbox.")
    return _back(request)


def _take(request: MemberRequest, way: connecting.Way, verifier: str) -> None:
    client = connecting.client_of(way.maker)
    if client is None or "code" not in request.GET:
        raise NotConnected("The mailbox was not connected: access was not granted.")
    grant = client.exchange(code=request.GET["code"], redirect_uri=connecting.redirect_uri(), verifier=verifier)
    connecting.connect(member=request.member, way=way, grant=grant, now=database_now())


@require_POST
@member(Permission.OUTREACH_SEND)
def try_it(request: MemberRequest) -> HttpResponse:
    mailbox = connecting.own(request.member)
    if mailbox is None:
        raise Http404
    problem = mailboxes.try_server(mailbox=mailbox, to=request.member.user.email)
    if problem:
        messages.error(request, problem)
    else:
        mailboxes.record_test(mailbox=mailbox, now=database_now())
        messages.success(request, "Your mailbox works.")
    return _back(request)


@require_POST
@member(Permission.OUTREACH_SEND)
def disconnect(request: MemberRequest) -> HttpResponse:
    mailbox = connecting.own(request.member)
    if mailbox is not None:
        connecting.disconnect(mailbox=mailbox, by=request.actor, now=database_now())
        messages.success(request, "Disconnected. Your mails leave from the main mailbox again.")
    return _back(request)
