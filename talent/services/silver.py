"""Silver medallists: finalists of ours who were not hired and would be welcome, found again by a segment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.actors import Actor
from talent.models import Segment
from talent.services import segments

NAME = "Silver medallists"
DESCRIPTION = "Reached a final stage, were declined for a reason that speaks for them, and have not heard of us lately."
QUIET_DAYS = 180
RULE: dict[str, Any] = {
    "all": [
        {"field": "silver_medallist", "op": "is_true", "value": None},
        {"field": "last_contacted", "op": "not_in_last", "value": QUIET_DAYS},
    ]
}


def segment(*, by: Actor, now: datetime) -> Segment:
    """The workspace's segment of that name; made when there is none."""
    found = Segment.objects.filter(name=NAME).first()
    return found or segments.create(name=NAME, description=DESCRIPTION, rule=RULE, by=by, now=now)
