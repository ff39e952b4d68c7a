"""Under which membership somebody uses the admin: of the workspace chosen, else of the one used last."""

from __future__ import annotations

from django.http import HttpRequest

from crm.models import Member
from crm.services import members

CHOSEN = "admin_tenant"


def administered(request: HttpRequest) -> list[Member]:
    """The memberships by which this person administers a workspace, the one used last first. One query a request."""
    if not hasattr(request, "_administered"):
        mine = Member.objects.last_used_first(request.user) if request.user.is_authenticated else []
        request._administered = [m for m in mine if members.administers(m)]  # type: ignore[attr-defined]
    found: list[Member] = request._administered  # type: ignore[attr-defined]
    return found


def membership(request: HttpRequest) -> Member | None:
    """The one that counts now; None for people who administer no workspace."""
    mine, chosen = administered(request), request.session.get(CHOSEN)
    return next((m for m in mine if str(m.tenant_id) == chosen), mine[0] if mine else None)
