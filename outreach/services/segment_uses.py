"""The sequences that people came into from a segment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from outreach.choices import OPEN_ENROLMENTS
from outreach.models import Enrolment
from talent.segment_uses import Use


def running(segments: Collection[UUID]) -> Iterable[tuple[UUID, Use]]:
    """Sequences with open enrolments out of the segments."""
    rows = Enrolment.objects.filter(segment_id__in=segments, state__in=OPEN_ENROLMENTS).order_by("sequence__name")
    for segment, key, name in rows.values_list("segment_id", "sequence_id", "sequence__name").distinct():
        yield segment, Use("sequence", name, "outreach:sequence-detail", key)
