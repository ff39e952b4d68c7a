"""When we were in touch with people, as the ledger knows it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max

from outreach.choices import ACCEPTED_STATES
from outreach.models import OutboundMessage
from talent.services.clocks import Moments


def moments(candidate_id: UUID) -> Moments:
    """What the ledger knows of a person's clocks: the hand-over of the last message that a server took."""
    rows = OutboundMessage.objects.filter(candidate=candidate_id, state__in=ACCEPTED_STATES)
    return Moments(contacted_at=rows.aggregate(at=Max("handed_over_at"))["at"])
