"""Tells that filter fields say something else of many people at once: segments that ask for them are judged anew.

Where a change concerns few people, each of them has an event of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from crm import events
from crm.actors import Actor
from crm.events import Subject
from talent.events import FIELDS_CHANGED

POOLS = ("pool", "pool_stage")
APPLICATIONS = ("job", "application_stage", "application_outcome", "disposition", "finalist", "silver_medallist")
EVENTS = ("event_registered", "event_attended", "event_no_show")
EVENT_DAYS = ("event_registered_at", "event_attended_at", "event_no_show_at")
SKILLS = ("skill", "language")


def tell(
    *names: str,
    by: Actor,
    words: Collection[str] = (),
    about: Subject | None = None,
    at: datetime | None = None,
) -> None:
    """These fields changed at `at` (now, when None). With `words`, only for rules that name one of these values."""
    data = {"fields": list(names), "words": sorted(words)}
    events.publish(FIELDS_CHANGED, candidate=None, occurred_at=at or timezone.now(), actor=by, subject=about, data=data)
