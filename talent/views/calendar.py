"""The calendar that other programs subscribe to; the secret in its address says whose it is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access import active_tenant, hook
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from talent.services import calendar_feed


@hook
@never_cache
@require_safe
def calendar(request: HttpRequest, tenant: str, token: str) -> HttpResponse:
    """The member's open tasks as text/calendar; 404 for every secret that is not one."""
    owner = active_tenant(slug=tenant)
    if owner is None:
        raise Http404("There is no such calendar.")
    with open_tenant(owner):
        member = calendar_feed.owner_of(token)
        if member is None:
            raise Http404("There is no such calendar.")
        with seen_by(member.pk):
            rows = calendar_feed.tasks_of(member)
            text = calendar_feed.written(rows, name=f"Tasks · {owner.name}", slug=owner.slug, now=timezone.now())
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
