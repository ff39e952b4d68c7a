"""Keeping somebody in a segment, or leaving them out, by name."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.choices import Placing
from talent.forms.segments import PlacingForm
from talent.models import Candidate, Segment
from talent.services import placements


def _page(request: MemberRequest, segment: Segment, person: UUID | str) -> str:
    """Why somebody is in the segment or not; where the form stands."""
    where = reverse("talent:segment-explain", args=[request.tenant.slug, segment.pk])
    return f"{where}?candidate={person}" if person else where


@require_POST
@member(Permission.SEGMENT_EDIT)
def place(request: MemberRequest, pk: UUID) -> HttpResponse:
    segment, form = load(Segment, pk), PlacingForm(request.POST)
    if not form.is_valid():
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        person = form.cleaned_data.get("candidate", "")
        return answers.refused(request, said, to=_page(request, segment, person))
    candidate = load(Candidate, form.cleaned_data["candidate"])
    placing, reason = form.cleaned_data["placing"], form.cleaned_data["reason"]
    to = _page(request, segment, candidate.pk)
    try:
        placements.place(
            segment=segment, candidate=candidate, placing=placing, reason=reason, by=request.actor, now=timezone.now()
        )
    except placements.TooMany as error:
        return answers.refused(request, str(error), to=to)
    undo = reverse("talent:segment-take-back", args=[request.tenant.slug, segment.pk, candidate.pk])
    how = "is left out of" if placing == Placing.OUT else "is kept in"
    return answers.done(request, f"{candidate.name} {how} “{segment.name}”.", to=to, undo=undo)


@require_POST
@member(Permission.SEGMENT_EDIT)
def take_back(request: MemberRequest, pk: UUID, person: UUID) -> HttpResponse:
    """Let the rule decide about somebody again."""
    segment, candidate = load(Segment, pk), load(Candidate, person)
    gone = placements.take_back(segment=segment, candidate=candidate, by=request.actor, now=timezone.now())
    said = f"The rule of “{segment.name}” decides about {candidate.name} again."
    return answers.done(
        request,
        said if gone else f"Nobody had placed {candidate.name} by hand.",
        to=_page(request, segment, candidate.pk),
    )
