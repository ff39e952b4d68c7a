"""The reach of a segment: a panel on its page, and the waterfall with the people of each step."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.services import reach
from outreach.services.clock import database_now
from talent.models import Segment


def panel(request: MemberRequest, segment: Segment) -> str:
    """A place on the segment's page that fills itself: judging everybody takes a moment."""
    words = {"segment": segment, "tenant": request.tenant}
    return render_to_string("outreach/partials/reach_panel.html", words, request)


@member(Permission.OUTREACH_VIEW)
def segment_reach(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The waterfall; `?reason=` lists the people of one step."""
    segment, now, reason = load(Segment, pk), database_now(), request.GET.get("reason", "")
    words = {"segment": segment, "reach": reach.reach(segment=segment, now=now), "reason": reason}
    if request.htmx and not reason:
        return render(request, "outreach/segment_reach.html#waterfall", words)
    words["people"] = reach.people(segment=segment, reason=reason, now=now) if reason else []
    return render(request, "outreach/segment_reach.html", words)
