"""The way to the segment of silver medallists."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.services import silver


@require_POST
@member(Permission.SEGMENT_EDIT)
def segment(request: MemberRequest) -> HttpResponse:
    """To the segment; it is made the first time."""
    found = silver.segment(by=request.actor, now=timezone.now())
    return redirect("talent:segment-detail", request.tenant.slug, found.pk)
