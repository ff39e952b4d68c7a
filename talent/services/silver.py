"""Silver medallists: finalists of ours who were not hired and would be welcome, found again by a segment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.actors import SYSTEM, Actor
from talent.models import Segment
from talent.services import segments
from talent.services.segments import NameTaken

NAME = "Silver medallists"
DESCRIPTION = "Finalists, declined for a reason that speaks for them, who have not heard from us for six months."
RULE: dict[str, Any] = {
    "all": [
        {"field": "silver_medallist", "op": "is_true", "value": None},
        {"field": "last_contacted", "op": "not_in_last", "value": {"count": 6, "unit": "months"}},
    ]
}


def segment(*, by: Actor, now: datetime) -> Segment:
    """The workspace's segment of that name; made when there is none."""
    found = Segment.objects.filter(name=NAME).first()
    if found is not None:
        return found
    try:
        return segments.create(name=NAME, description=DESCRIPTION, rule=RULE, by=by, now=now)
    except NameTaken:  # somebody else made it at this moment
        return Segment.objects.get(name=NAME)


def come_with_workspace(*, by: Actor, now: datetime) -> None:
    """Every workspace has the segment from its first moment; it is nobody's own."""
    segment(by=SYSTEM, now=now)


def somebody_made_another() -> bool:
    """Whether the current tenant has a segment beyond the one it came with."""
    return Segment.objects.exclude(name=NAME).exists()
