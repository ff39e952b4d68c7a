"""One click after somebody said "not now", and its Undo."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.services import not_now
from outreach.services.clock import database_now
from talent.models import Candidate

CHANGED = ("crm:changed-candidate", "crm:changed")


@require_POST
@member(Permission.OUTREACH_SEND)
def say(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Nothing is begun with them for the cool-down; another day is set on the page of the pause."""
    candidate = load(Candidate, pk)
    rest = not_now.say(candidate=candidate, by=request.actor, now=database_now())
    ended = {0: "", 1: " One sequence ended."}.get(rest.sequences, f" {rest.sequences} sequences ended.")
    text = f"Nothing goes to {candidate.name} before {rest.until:%-d %B %Y}.{ended}"
    slug = request.tenant.slug
    to, undo = (
        reverse("talent:candidate-detail", args=[slug, pk]),
        reverse("outreach:not-now-undo", args=[slug, rest.token]),
    )
    return answers.done(request, text, to=to, undo=undo, events=CHANGED)


@require_POST
@member(Permission.OUTREACH_SEND)
def undo(request: MemberRequest, token: str) -> HttpResponse:
    def as_before() -> str:
        candidate = not_now.take_back(token=token, by=request.actor, now=database_now())
        return f"Outreach to {candidate.name} goes on as before."

    to = reverse("talent:candidate-list", args=[request.tenant.slug])
    return answers.taken_back(request, as_before, to=to, events=CHANGED)
