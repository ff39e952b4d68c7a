"""How people like to be contacted."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, ContactPreference


@dataclass(frozen=True)
class Wishes:
    """What somebody asked for; empty where they did not say. Hours are in their own time zone, weekdays ISO 8601."""

    channel: str = ""
    hours_from: time | None = None
    hours_until: time | None = None
    weekdays: tuple[int, ...] = ()
    language: str = ""
    address: str = ""
    pronouns: str = ""
    paused_until: date | None = None


NAMES = [field.name for field in fields(Wishes)]
NO_WISHES = Wishes()


def of(candidate: Candidate) -> Wishes:
    """What is known of a person's wishes."""
    row = ContactPreference.objects.filter(candidate=candidate).first()
    return wishes_in(row) if row else NO_WISHES


def wishes_in(row: ContactPreference) -> Wishes:
    said: dict[str, Any] = {name: getattr(row, name) for name in NAMES}
    return Wishes(**said | {"weekdays": tuple(row.weekdays)})


@transaction.atomic
def put(*, candidate: Candidate, wishes: Wishes, by: Actor, now: datetime) -> list[str]:
    """Keep these wishes, all of them; returns the names of what changed."""
    row = ContactPreference.objects.filter(candidate=candidate).first()
    before = wishes_in(row) if row else NO_WISHES
    changed = [name for name in NAMES if getattr(before, name) != getattr(wishes, name)]
    if not changed:
        return []
    row = row or ContactPreference(candidate=candidate)
    for name in NAMES:
        value = getattr(wishes, name)
        setattr(row, name, sorted(set(value)) if name == "weekdays" else value)
    row.updated_by = by.label[:120]
    row.save()
    events.publish(
        CANDIDATE_CHANGED, candidate=candidate.pk, occurred_at=now, actor=by, data={"fields": ["preferences"]}
    )
    audit.record(
        action="candidate.change", by=by, object_type="talent.candidate", object_id=candidate.pk, fields=changed
    )
    return changed


def paused(candidate_ids: list[UUID], today: date) -> dict[UUID, date]:
    """{person: the day} of those who asked not to hear from us before a day that is still to come."""
    rows = ContactPreference.objects.filter(candidate__in=candidate_ids, paused_until__gt=today)
    return dict(rows.values_list("candidate_id", "paused_until"))
