"""What sequences show beside a candidate."""

from __future__ import annotations

from django.template.loader import render_to_string

from crm import together
from crm.requests import MemberRequest
from outreach.services import enrolments, prepared
from outreach.services.clock import database_now
from talent.models import Candidate, Task


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return [enrolments.open_of(candidate.pk)]


def of_candidate(request: MemberRequest, candidate: Candidate) -> str:
    """The sequences that somebody is in, and when the next mail is due."""
    rows = together.rows(enrolments.open_of(candidate.pk))
    words = {"enrolments": rows, "tenant": request.tenant, "candidate": candidate, "member": request.member}
    return render_to_string("outreach/partials/enrolments_of_candidate.html", words, request) if rows else ""


def waiting_asks(candidate: Candidate) -> list[together.Question]:
    """What the panel of kept mails is read from."""
    return [enrolments.waiting_of(candidate.pk)]


def waiting(request: MemberRequest, candidate: Candidate) -> str:
    """Mails to somebody that wait, what for, and what goes first; nothing where none waits."""
    words = {"messages": together.rows(enrolments.waiting_of(candidate.pk)), "tenant": request.tenant}
    page = "outreach/partials/waiting_of_candidate.html"
    return render_to_string(page, words, request) if words["messages"] else ""


def of_task(request: MemberRequest, task: Task) -> str:
    """The words that a step by hand has prepared, beside its task."""
    found = prepared.of_task(task, request.tenant, database_now())
    return render_to_string("outreach/partials/prepared.html", {"prepared": found}, request) if found else ""
