"""The gate's answer on the page about a person's consent."""

from __future__ import annotations

from django.template.loader import render_to_string

from crm.requests import MemberRequest
from outreach.services import may_write
from outreach.services.clock import database_now
from outreach.views import tracking
from talent.models import Candidate


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.may_write`: may we, in words, for each way of writing; and is it counted."""
    answers = may_write.ask(candidate_id=candidate.pk, now=database_now(), sender_id=request.member.pk)
    words = {"answers": answers, "tenant": request.tenant, "counting": tracking.panel(request, candidate)}
    return render_to_string("outreach/partials/may_write.html", words, request)
