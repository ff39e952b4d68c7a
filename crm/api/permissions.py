"""The API's permission check. Apart from the views, because REST framework loads it while they are being made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from crm.api.views import TenantAPIView


class HasPermission(BasePermission):
    """The permission that the view names for this method, held by the key or the member."""

    message = "Your role may not do this."

    def has_permission(self, request: Request, view: TenantAPIView) -> bool:  # type: ignore[override]
        view.enter(request)
        needed = view.permissions.get(request.method or "", None)
        return needed is None or needed in view.held
