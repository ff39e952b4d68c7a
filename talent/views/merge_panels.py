"""What a profile shows about other records of the same person: those that became part of it, those that may be."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string

from crm import together
from crm.requests import MemberRequest
from crm.together import Asked, Question
from talent.models import Candidate, MergeOperation
from talent.services import duplicates


@together.planned
def _operations(person: UUID) -> Asked[MergeOperation]:
    return MergeOperation.objects.into(person)


def asks(candidate: Candidate) -> list[Question]:
    """What the panel is read from."""
    return [_operations(candidate.pk), *vars(duplicates.asks(candidate)).values()]


def of_candidate(request: MemberRequest, candidate: Candidate) -> str:
    """Possible duplicates with their reasons, and the merges that made the record what it is."""
    hints = duplicates.hints(candidate)
    operations = together.rows(_operations(candidate.pk))
    if not hints and not operations:
        return ""
    words = {"hints": hints, "operations": operations, "tenant": request.tenant, "candidate": candidate}
    return render_to_string("talent/partials/merge_panel.html", words | {"member": request.member}, request)
