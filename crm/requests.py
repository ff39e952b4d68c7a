"""The typed request that a view gets from its door."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
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


def changed(query: QueryDict, **changes: str) -> str:
    """`?` and the query string with some parameters changed, on its first page; empty ones are left out."""
    changes = {"after": "", **changes}
    kept = [(name, values) for name, values in query.lists() if name not in changes and any(values)]
    return f"?{urlencode([*kept, *((name, value) for name, value in changes.items() if value)], doseq=True)}"
