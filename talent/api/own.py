"""What belongs to one member alone: an API key is nobody, and has none of it."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.exceptions import PermissionDenied

from crm.access import load
from crm.api.views import TenantAPIView
from crm.models import Member


class OwnView(TenantAPIView):
    """A resource of the member who asks; `what` says of what, in the plural."""

    what: ClassVar[str] = ""

    def member(self) -> Member:
        """Who asks. Raises PermissionDenied for an API key."""
        if self.actor.kind != "member" or self.actor.id is None:
            raise PermissionDenied(f"{self.what} belong to a member; an API key has none.")
        return load(Member.objects.of_tenant(self.tenant.pk).select_related("user"), self.actor.id)
