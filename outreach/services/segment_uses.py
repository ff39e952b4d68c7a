"""The sequences and broadcasts that rest on a segment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from outreach.choices import OPEN_ENROLMENTS, BroadcastStatus
from outreach.models import AudienceSource, Enrolment
from talent.segment_uses import Use


def running(segments: Collection[UUID]) -> Iterable[tuple[UUID, Use]]:
    """Sequences with open enrolments out of the segments."""
    rows = Enrolment.objects.filter(segment_id__in=segments, state__in=OPEN_ENROLMENTS).order_by("sequence__name")
    for segment, key, name in rows.values_list("segment_id", "sequence_id", "sequence__name").distinct():
        yield segment, Use("sequence", name, "outreach:sequence-detail", key)


def drafts(segments: Collection[UUID]) -> Iterable[tuple[UUID, Use]]:
    """Broadcasts that are still written, for the people of the segments or without them."""
    written = (BroadcastStatus.DRAFT, BroadcastStatus.FREEZING)
    rows = AudienceSource.objects.filter(segment_id__in=segments, broadcast__status__in=written)
    for segment, key, name in rows.order_by("broadcast__name").values_list(
        "segment_id", "broadcast_id", "broadcast__name"
    ):
        if segment is not None:
            yield segment, Use("broadcast", name, "outreach:broadcast-detail", key)
