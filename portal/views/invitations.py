"""For colleagues: inviting somebody into the portal, and the panel that shows how far they are."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import together
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from portal.services import invitations
from talent.models import Candidate


@require_POST
@member(Permission.OUTREACH_SEND)
def invite(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Send the invitation; its link is shown once, for the phone or another channel."""
    person, url, problem = load(Candidate, pk), "", ""
    try:
        url = invitations.send(tenant=request.tenant, candidate=person, by=request.member, now=timezone.now())
    except invitations.MayNotInvite as error:
        problem = str(error)
    words = {"candidate": person, "url": url, "problem": problem}
    return render(request, "portal/invitation_sent.html", words, status=422 if problem else 200)


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return list(invitations.asks(candidate.pk))


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """Beside a candidate: were they here, are they invited, and the button that invites."""
    standing = invitations.standing(candidate, timezone.now())
    words = {"standing": standing, "candidate": candidate, "tenant": request.tenant, "member": request.member}
    return render_to_string("portal/partials/panel.html", words, request)
