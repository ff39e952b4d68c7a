"""What segments show on other pages: beside a candidate, and in the command palette."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse

from crm import together
from crm.registry import PaletteItem
from crm.requests import MemberRequest
from talent.models import Candidate
from talent.services import segments


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return [segments.places_of(candidate.pk)]


def of_candidate(request: MemberRequest, candidate: Candidate) -> str:
    """The segments a person is in, each with the way to its reasons."""
    memberships = segments.of_person(candidate.pk)
    words = {"memberships": memberships, "tenant": request.tenant, "candidate": candidate}
    return render_to_string("talent/partials/segments_of_candidate.html", words, request) if memberships else ""


def palette(request: MemberRequest, words: str) -> list[PaletteItem]:
    slug = request.tenant.slug
    return [
        PaletteItem(s.name, reverse("talent:segment-detail", args=[slug, s.pk]), f"{s.size} people")
        for s in segments.named(words)
    ]
