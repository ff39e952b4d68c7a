"""The way into the portal: ask for a link, follow it, type the code, leave again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from portal import access
from portal.access import ASKED, SESSION, TOO_OFTEN, PortalRequest
from portal.forms import AskForm, CodeForm
from portal.services import links, sessions
from portal.services.links import Entry


def _page(request: HttpRequest, name: str, workspace: Tenant, status: int = 200, **words: Any) -> HttpResponse:
    return render(request, f"portal/{name}.html", {"workspace": workspace, **words}, status=status)


def _is_inside(request: HttpRequest, workspace: Tenant) -> bool:
    with open_tenant(workspace):
        return sessions.read(request.COOKIES.get(SESSION, ""), timezone.now()) is not None


@access.everybody
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, workspace: Tenant) -> HttpResponse:
    """The front page: type your address, get a mail. The answer is the same for every address."""
    if request.method != "POST":
        if _is_inside(request, workspace):
            return redirect("portal-public:home", workspace.slug)
        return _page(request, "ask", workspace, form=AskForm())
    form = AskForm(request.POST)
    if form.is_valid() and not access.may(request, workspace, "ask"):
        form.add_error(None, TOO_OFTEN)
    if not form.is_valid():
        return _page(request, "ask", workspace, 422, form=form)
    with open_tenant(workspace):
        asked = links.ask(address=form.cleaned_data["email"], now=timezone.now())
    response = redirect("portal-public:code", workspace.slug)
    access.set_cookie(response, workspace, ASKED, asked, int(links.REQUESTED_FOR.total_seconds()))
    return response


def _try(request: HttpRequest, workspace: Tenant, token: str, code: str) -> Entry:
    with open_tenant(workspace):
        asked = request.COOKIES.get(ASKED, "")
        return links.enter(token=token, asked=asked, code=code, now=timezone.now())


def _let_in(workspace: Tenant, entry: Entry) -> HttpResponse:
    assert entry.account is not None
    response = redirect("portal-public:home", workspace.slug)
    access.start_session(response, workspace, entry.account, timezone.now())
    access.set_cookie(response, workspace, ASKED, "", 0)
    return response


@access.everybody
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, workspace: Tenant) -> HttpResponse:
    """What a link leads to: a button. Looking at it, however often, uses nothing up; only pressing it does."""
    if request.method != "POST":
        return _page(request, "enter", workspace, form=CodeForm())
    token = request.POST.get("token", "")[:100]
    entry = _try(request, workspace, token, "")
    if entry.state == "open":
        return _let_in(workspace, entry)
    if entry.state == "code_needed":
        return _page(request, "code", workspace, form=CodeForm(initial={"token": token}), why="other_browser")
    if entry.state == "code_sent":
        response = _page(request, "code", workspace, form=CodeForm(), why="invited")
        access.set_cookie(response, workspace, ASKED, entry.asked, int(links.REQUESTED_FOR.total_seconds()))
        return response
    return _page(request, "gone", workspace, 410)


@access.everybody
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, workspace: Tenant) -> HttpResponse:
    """After asking: type the code out of the mail."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not access.may(request, workspace, "code"):
            form.add_error(None, TOO_OFTEN)
        else:
            entry = _try(request, workspace, form.cleaned_data["token"], form.cleaned_data["code"])
            if entry.state == "open":
                return _let_in(workspace, entry)
            if entry.state != "wrong_code":
                return _page(request, "gone", workspace, 410)
            form.add_error("code", "This is not the code. Please look again at our newest mail.")
    return _page(request, "code", workspace, 422 if form.errors else 200, form=form, why="asked")


@require_POST
@access.candidate
def log_out(request: PortalRequest) -> HttpResponse:
    sessions.end_all(request.account)
    response = redirect("portal-public:ask", request.workspace.slug)
    access.end_session(response, request.workspace)
    return response
