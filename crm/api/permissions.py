"""Which permission an API view asks for; apart from the views, because REST framework loads it before them."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class HasPermission(BasePermission):
    """The permission that the view names for this method, held by the key or the member."""

    message = "Your role may not do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        view.enter(request)
        needed = view.permissions.get(request.method or "", None)
        return needed is None or needed in view.held
