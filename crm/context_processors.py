"""What templates/shell.html needs. Everything is a function that runs when the shell asks for it, and once at most."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm import navigation, together
from crm.models import Member
from crm.registry import registered
from crm.requests import MemberRequest
from crm.services import liveness
from crm.together import Question


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell's values on a page of a tenant; nothing, and no query, on any other page and in fragments."""
    if getattr(request, "member", None) is None:
        return {}
    return _of_member(request)  # type: ignore[arg-type]


def asked(request: MemberRequest) -> list[Question]:
    """What the shell asks of the database, for a page that asks for all of its own in the same statement."""
    return [*navigation.asked(request), Member.objects.of_user(request.member.user), liveness.question()]


def _of_member(request: MemberRequest) -> dict[str, Any]:
    tenant, slug = request.tenant, request.tenant.slug
    read = cache(lambda: together.remember(asked(request)))

    def after_reading(make: Callable[[], Any]) -> Callable[[], Any]:
        """The shell's questions are put together, before the first answer is needed."""
        return cache(lambda: (read(), make())[1])

    return {
        "tenant": tenant,
        "member": request.member,
        "member_name": str(request.member),
        "tenants": after_reading(lambda: navigation.workspaces(request.member, tenant)),
        "navigation": after_reading(lambda: navigation.rail(request)),
        "new_menu": cache(lambda: navigation.new_menu(request)),
        "palette": cache(lambda: navigation.palette(request)),
        "account_menu": cache(lambda: _account_menu(slug)),
        "new_tenant_url": reverse("workspace-new"),
        "search_url": reverse("crm:palette", args=[slug]),
        "live_url": reverse("crm:live", args=[slug]),
        "live_token": after_reading(liveness.version),
        "logout_url": reverse("account_logout"),
        "test_mode": tenant.is_in_test_mode,
        "sandbox_url": reverse(registered.sandbox.url_name, args=[slug]) if registered.sandbox else "",
        **_bell(request, after_reading),
    }


def _account_menu(slug: str) -> list[dict[str, str]]:
    return [
        {"label": "My profile", "icon": "user-round", "url": reverse("crm:settings-profile", args=[slug])},
        {"label": "Security", "icon": "shield-check", "url": reverse("crm:settings-security", args=[slug])},
        {"label": "Settings", "icon": "settings", "url": reverse("crm:settings", args=[slug])},
    ]


def _bell(request: MemberRequest, lazily: Callable[[Callable[[], Any]], Callable[[], Any]]) -> dict[str, Any]:
    bell = registered.notifications
    if bell is None or (bell.permission and bell.permission not in request.member.permissions):
        return {}
    count = bell.badge
    values = {"notifications_url": reverse(bell.url_name, args=[request.tenant.slug])}
    return {**values, "notifications_unread": lazily(lambda: count(request))} if count else values
