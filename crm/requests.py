"""The typed request that a view gets from its door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from crm.actors import Actor
    from crm.models import Member, Tenant, User


class MemberRequest(HttpRequest):
    """A request that passed a door of `crm.access`: its tenant is open, its member known."""

    user: User
    tenant: Tenant
    member: Member
    actor: Actor
    htmx: HtmxDetails


def aims_at(request: MemberRequest, identity: str) -> bool:
    """Whether htmx asks for what the element with this id holds: it names its target as `div#identity`."""
    return bool(request.htmx) and (request.htmx.target or "").rpartition("#")[2] == identity
