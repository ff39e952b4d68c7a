"""The health of the event readers: how far behind each is, and what they could not take in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import reader_health, readers

MOST_FAILURES = 100


@member(Permission.TENANT_MANAGE)
def show(request: MemberRequest) -> HttpResponse:
    failures = reader_health.parked()
    held = reader_health.held_for()
    words = {
        "held_minutes": int(held.total_seconds() // 60) if held else 0,
        "readers": reader_health.lags(),
        "failures": failures[:MOST_FAILURES],
        "failure_count": failures.count(),
        "counted_to": reader_health.COUNTED_TO,
    }
    return render(request, "crm/health.html", words)


@require_POST
@member(Permission.TENANT_MANAGE)
def replay(request: MemberRequest, pk: UUID) -> HttpResponse:
    failure = load(reader_health.parked(), pk)
    if readers.replay(failure=failure):
        messages.success(request, f"“{failure.reader}” took the event in.")
    else:
        messages.error(request, f"“{failure.reader}” failed again; the newest error is shown below.")
    return redirect("crm:health", request.tenant.slug)
