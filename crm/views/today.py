"""The start page: first steps, what to do next, and what other apps put there."""

from __future__ import annotations

from itertools import chain

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm.access import member
from crm.permissions import Permission
from crm.registry import HomeRow, panels, registered
from crm.requests import MemberRequest
from crm.services import tenants

MOST_ROWS = 10


def _next_actions(request: MemberRequest) -> list[HomeRow]:
    """What is most urgent over all apps, ten rows at most: a queue, not a wall."""
    rows = chain.from_iterable(source(request) for source in registered.home_rows)
    return sorted(rows, key=lambda row: row.rank)[:MOST_ROWS]


def _first_steps(request: MemberRequest) -> list[dict[str, object]]:
    """The steps with their state; nothing once they were put away or are all done."""
    if request.tenant.first_steps_hidden:
        return []
    slug = request.tenant.slug
    steps = [
        {"step": step, "url": reverse(step.url_name, args=[slug]), "done": step.done()}
        for step in registered.first_steps
    ]
    return [] if all(step["done"] for step in steps) else steps


@member()
def today(request: MemberRequest) -> HttpResponse:
    steps = _first_steps(request)
    words = {
        "steps": steps,
        "steps_done": sum(bool(step["done"]) for step in steps),
        "rows": _next_actions(request),
        "lines": panels("today.lines", request, None),
        "panels": panels("today", request, None),
        "may_hide": Permission.TENANT_MANAGE in request.member.permissions,
    }
    return render(request, "crm/today.html", words)


@require_POST
@member(Permission.TENANT_MANAGE)
def hide_first_steps(request: MemberRequest) -> HttpResponse:
    tenants.hide_first_steps(workspace=request.tenant, by=request.actor)
    return redirect("crm:today", request.tenant.slug)
