"""Hearing of newcomers in a segment."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.models import Segment
from talent.services import segment_watches


@require_POST
@member(Permission.CANDIDATE_VIEW)
def watch(request: MemberRequest, pk: UUID, is_on: bool = True) -> HttpResponse:
    """Tell me when somebody new is in here, or no longer."""
    segment = load(Segment, pk)
    segment_watches.watch(segment=segment, member=request.member, is_on=is_on)
    said = "You are told when somebody new is in “{}”." if is_on else "You are told no longer who is new in “{}”."
    return answers.done(
        request, said.format(segment.name), to=reverse("talent:segment-detail", args=[request.tenant.slug, pk])
    )
