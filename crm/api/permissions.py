"""Whether the caller may do what a view's method needs. Apart from the views, because REST framework loads it first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from crm.permissions import Permission

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Guarded(Protocol):
    """What a view inside a tenant tells about itself."""

    permissions: dict[str, Permission]
    held: frozenset[Permission]

    def enter(self, request: Request) -> None: ...


class HasPermission(BasePermission):
    """The permission that the view names for this method, held by the key or the member."""

    message = "Your role may not do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        guarded = cast(Guarded, view)
        guarded.enter(request)
        needed = guarded.permissions.get(request.method or "")
        return needed is None or needed in guarded.held
