"""What templates/shell.html needs. Everything is a function that runs when the shell asks for it, and once at most."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject

from crm import navigation, together
from crm.access import memberships
from crm.addresses import address
from crm.permissions import Permission
from crm.registry import registered
from crm.requests import MemberRequest
from crm.services import liveness
from crm.together import Question


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell's values on a page of a tenant; nothing, and no query, on any other page and in fragments.

    One answer has one CSRF token, however many templates it is made of: each new one would take a tenth of a
    millisecond. As Django does, it is hidden anew in every answer.
    """
    if getattr(request, "member", None) is None:
        return {}
    known: dict[str, Any] | None = getattr(request, "shell", None)
    if known is None:  # panels are templates of their own, each rendered with the same request
        known = request.shell = _of_member(request)  # type: ignore[attr-defined, arg-type]
    return known


def asked(request: MemberRequest) -> list[Question]:
    """What the shell asks of the database, for a page that asks for all of its own in the same statement."""
    known = navigation.brought(request) is not None
    workspaces = [] if known else [memberships(request.member.user_id)]
    return [*navigation.asked(request), *workspaces, liveness.question()]


def _of_member(request: MemberRequest) -> dict[str, Any]:
    tenant, slug = request.tenant, request.tenant.slug
    may_resume = tenant.sending_stopped and Permission.TENANT_MANAGE in request.member.permissions
    read = cache(lambda: together.remember(lambda: asked(request)))

    def after_reading(make: Callable[[], Any]) -> Callable[[], Any]:
        """The shell's questions are put together, before the first answer is needed."""
        return cache(lambda: (read(), make())[1])

    return {
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
        "tenant": tenant,
        "member": request.member,
        "member_name": str(request.member),
        "tenants": after_reading(lambda: navigation.workspaces(request)),
        "navigation": after_reading(lambda: navigation.rail(request)),
        "new_menu": cache(lambda: navigation.new_menu(request)),
        "palette": cache(lambda: navigation.palette(request)),
        "account_menu": cache(lambda: _account_menu(slug)),
        "new_tenant_url": address("workspace-new"),
        "search_url": address("crm:palette", slug),
        "live_url": address("crm:live", slug),
        "live_token": after_reading(liveness.version),
        "logout_url": address("account_logout"),
        "test_mode": tenant.is_in_test_mode,
        "sending_stopped": tenant.sending_stopped,
        "resume_url": f"{address('crm:settings-workspace', slug)}#sending" if may_resume else "",
        "sandbox_url": address(registered.sandbox.url_name, slug) if registered.sandbox else "",
        **_bell(request, after_reading),
    }


def _account_menu(slug: str) -> list[dict[str, str]]:
    return [
        {"label": "My profile", "icon": "user-round", "url": address("crm:settings-profile", slug)},
        {"label": "Security", "icon": "shield-check", "url": address("crm:settings-security", slug)},
        {"label": "Settings", "icon": "settings", "url": address("crm:settings", slug)},
    ]


def _bell(request: MemberRequest, lazily: Callable[[Callable[[], Any]], Callable[[], Any]]) -> dict[str, Any]:
    bell = registered.notifications
    if bell is None or (bell.permission and bell.permission not in request.member.permissions):
        return {}
    count = bell.badge
    values = {"notifications_url": address(bell.url_name, request.tenant.slug)}
    return {**values, "notifications_unread": lazily(lambda: count(request))} if count else values
