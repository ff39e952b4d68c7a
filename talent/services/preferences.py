"""How people like to be contacted."""

from __future__ import annotations

from calendar import day_abbr
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit, undo
from crm.services.undo import NothingToUndo
from crm.tenancy.many import among
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

    @property
    def has_hours(self) -> bool:
        return bool(self.hours_from or self.hours_until or self.weekdays)

    @property
    def hours(self) -> str:
        """The hours and days in words, to stand after "mail": "between 14:00 and 17:00 on Mon and Tue, their time"."""
        begin, end = self.hours_from, self.hours_until
        hours = f"between {begin:%H:%M} and {end:%H:%M}" if begin and end else ""
        hours = hours or (f"from {begin:%H:%M} on" if begin else f"until {end:%H:%M}" if end else "")
        names = [day_abbr[day - 1] for day in self.weekdays]
        days = f"on {', '.join(names[:-1])} and {names[-1]}" if names[1:] else f"on {names[0]}" if names else ""
        return f"{' '.join(filter(None, (hours, days)))}, their time"


class NotADay(ValueError):
    """A pause that is over before it begins."""


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


@transaction.atomic
def pause(*, candidate: Candidate, until: date | None, by: Actor, now: datetime, today: date) -> str:
    """Nothing of our own accord before that day, None for no pause; returns the token of an undo. Raises NotADay."""
    if until is not None and until <= today:
        raise NotADay("Choose a day to come.")
    before = of(candidate)
    put(candidate=candidate, wishes=replace(before, paused_until=until), by=by, now=now)
    days = [day.isoformat() if day else "" for day in (before.paused_until, until)]
    return undo.keep({"pause": str(candidate.pk), "before": days[0], "after": days[1]})


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> Candidate:
    """The pause as it was before. Raises NothingToUndo, also when somebody has set another one since."""
    facts = undo.take(token)
    candidate = Candidate.objects.filter(pk=facts.get("pause")).first()
    if candidate is None:
        raise NothingToUndo("This person is no longer here.")
    wishes = of(candidate)
    if (wishes.paused_until.isoformat() if wishes.paused_until else "") != facts["after"]:
        raise NothingToUndo("Somebody has set another pause since: it stays.")
    before = date.fromisoformat(facts["before"]) if facts["before"] else None
    put(candidate=candidate, wishes=replace(wishes, paused_until=before), by=by, now=now)
    return candidate


def of_many(candidate_ids: Collection[UUID]) -> dict[UUID, Wishes]:
    """{person: their wishes}, for those who said any; one query."""
    rows = ContactPreference.objects.filter(among("candidate", candidate_ids))
    return {row.candidate_id: wishes_in(row) for row in rows}
