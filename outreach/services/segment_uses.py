"""The sequences that people came into from a segment."""

from __future__ import annotations

from uuid import UUID

from outreach.choices import OPEN_ENROLMENTS
from outreach.models import Sequence
from talent.segment_uses import Use


def running(segment_id: UUID) -> list[Use]:
    """Sequences with open enrolments out of the segment."""
    found = Sequence.objects.filter(enrolments__segment_id=segment_id, enrolments__state__in=OPEN_ENROLMENTS).distinct()
    return [Use("sequence", s.name, "outreach:sequence-detail", s.pk) for s in found]
