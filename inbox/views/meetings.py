"""Meetings beside a person: what is booked, what became of it, one more."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers, together
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from inbox.choices import MeetingState
from inbox.forms import MeetingForm
from inbox.models import Meeting
from inbox.services import meetings
from inbox.services.meetings import NotYetOver
from talent.models import Candidate

CHANGED = "crm:changed-candidate"


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return [meetings.latest_of(candidate.pk)]


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.side`."""
    rows = together.rows(meetings.latest_of(candidate.pk))
    if not rows and Permission.CANDIDATE_EDIT not in request.member.permissions:
        return ""
    words = {"meetings": rows, "candidate": candidate, "tenant": request.tenant, "now": timezone.now()}
    return render_to_string("inbox/partials/meetings_of_candidate.html", words, request)


def _profile(request: MemberRequest, pk: UUID) -> str:
    return reverse("talent:candidate-detail", args=[request.tenant.slug, pk])


@member(Permission.CANDIDATE_EDIT)
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A meeting that was arranged by hand."""
    candidate, form = load(Candidate, pk), MeetingForm(request.POST or None, by=request.member)
    if request.method == "POST" and form.is_valid():
        meetings.book(candidate=candidate, booking=form.booking(), by=request.actor, now=timezone.now())
        return answers.done(request, "The meeting is booked.", to=_profile(request, pk), events=(CHANGED,))
    words = {"candidate": candidate, "form": form}
    return render(request, "inbox/meeting_form.html", words, status=422 if form.errors else 200)


def _settle(request: MemberRequest, pk: UUID, state: str, text: str) -> HttpResponse:
    meeting = load(Meeting, pk)
    to = _profile(request, meeting.candidate_id)
    try:
        meetings.settle(meeting=meeting, state=state, by=request.actor, now=timezone.now())
    except NotYetOver as error:
        return answers.refused(request, str(error), to=to)
    return answers.done(request, text, to=to, events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def held(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _settle(request, pk, MeetingState.HELD, "It took place, and counts as a contact.")


@require_POST
@member(Permission.CANDIDATE_EDIT)
def missed(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _settle(request, pk, MeetingState.MISSED, "They did not come: it counts as no contact.")


@require_POST
@member(Permission.CANDIDATE_EDIT)
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _settle(request, pk, MeetingState.CANCELLED, "The meeting is called off.")
