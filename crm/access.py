"""The doors: every URL has one, and the door is the permission check.

`member` opens a tenant's page for a member, `api` for a key or a member, `signed_in` needs a log-in only,
`portal` is for candidates, `public` for everybody. An architecture test fails for a URL without a door.
Outsiders get 404, members whose role is too weak get 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from crm import together
from crm.models import Member, Tenant, User
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.tenancy.context import tenant as open_tenant
from crm.together import Asked, Word
from crm.viewing import seen_by

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)
Door = Literal["member", "api", "signed_in", "portal", "public", "hook"]
MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def mark(view: Callable[..., Any], door: Door, permission: Permission | None = None) -> None:
    """Write on a view which door it stands behind; read by the architecture tests and the outsider walk."""
    view.door = door  # type: ignore[attr-defined]
    view.permission = permission  # type: ignore[attr-defined]


def door_of(view: Any) -> Door | None:
    target = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    return getattr(view, "door", None) or getattr(target, "door", None)


@together.planned
def memberships(user: UUID) -> Asked[Member]:
    """The workspaces that are open to a person; a log-in brings the answer along."""
    return Member.objects.of_user(user)


def membership(user: User | AnonymousUser, slug: str) -> Member | None:
    """The one membership that opens the tenant's door for this user, or none."""
    if not user.is_authenticated:
        return None
    open_to = together.rows(memberships(user.pk)) if user.brought is None else user.brought
    return next((one for one in open_to if one.tenant.slug == slug), None)


def enter(request: HttpRequest, slug: str, permission: Permission | None) -> Member:
    """The membership that opens this tenant for the signed-in user.

    Http404 for outsiders, PermissionDenied for weak roles.
    """
    member = membership(request.user, slug)
    if member is None:
        raise Http404("No such workspace.")
    if permission is not None and permission not in member.permissions:
        raise PermissionDenied(f"Your role, {member.get_role_display()}, may not do this.")
    return member


@together.planned
def _active(slug: Word, pk: UUID | None) -> Asked[Tenant]:
    key = {"slug": slug} if pk is None else {"pk": pk}
    return Tenant.objects.filter(status=Tenant.Status.ACTIVE, **key)


def asks_for_tenant(slug: str) -> Asked[Tenant]:
    """What `active_tenant` asks for a slug, for whoever asks more at the same time."""
    return _active(Word(slug), None)


def active_tenant(*, slug: str = "", pk: UUID | None = None) -> Tenant | None:
    """The tenant with this `slug`, or `pk`, when it is not suspended; the directory is readable before one is open."""
    return next(iter(together.rows(_active(Word(slug), pk))), None)


def zone(name: str) -> ZoneInfo:
    """A person's time zone; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def member(permission: Permission | None = None) -> Callable[[MemberView[P]], Callable[..., HttpResponseBase]]:
    """A page of a tenant: `/o/<tenant>/...`. Runs the view inside the tenant; the URL's `tenant` is taken off."""

    def decorate(view: MemberView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def door(request: HttpRequest, tenant: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request)
            membership = enter(request, tenant, permission)
            typed = cast(MemberRequest, request)
            typed.tenant, typed.member, typed.actor = membership.tenant, membership, membership.actor
            here = timezone.override(zone(membership.user.time_zone))
            with open_tenant(membership.tenant), seen_by(membership.pk), here, together.scope():
                membership.note_activity(timezone.localdate())
                return view(typed, *args, **kwargs)

        mark(door, "member", permission)
        return door

    return decorate


def _to_login(request: HttpRequest) -> HttpResponseBase:
    """To the log-in page; from a fragment the whole page goes there, never a form inside a panel."""
    to_login = redirect_to_login(request.get_full_path())
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(to_login.url)
    return to_login


def signed_in(view: PlainView[P]) -> Callable[..., HttpResponseBase]:
    """A page of the person rather than of a tenant: needs a log-in only."""

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else _to_login(request)

    mark(door, "signed_in")
    return door


def public(view: PlainView[P]) -> PlainView[P]:
    """A page for everybody; it must show nothing of any tenant without a secret of its own."""
    mark(view, "public")
    return view


def hook(view: PlainView[P]) -> PlainView[P]:
    """An address that machines call with a secret or a signature in the request; the view checks it."""
    mark(view, "hook")
    return view


def load(queryset: models.QuerySet[M] | type[M], pk: Any) -> M:
    """One row of the current tenant, or Http404: what lies in another tenant does not exist."""
    rows = queryset if isinstance(queryset, models.QuerySet) else queryset._default_manager.all()
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("There is nothing at this address.")
    return found
