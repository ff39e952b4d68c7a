"""Corrects contact points and confirms that they work."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crm.actors import Actor
from talent.choices import PointChange
from talent.identity import Identified
from talent.models import Candidate, ContactPoint, Provenance
from talent.services import contact, point_history
from talent.services.contact import AddressTaken


@transaction.atomic
def correct(*, point: ContactPoint, told: Identified, use: str, by: Actor, now: datetime) -> None:
    """Another value for the same point; what it was stays in the history. A new value is neither proven nor bounced.

    Raises AddressTaken when it names somebody else, or the person has it already.
    """
    contact.hold([told])
    same = ContactPoint.objects.filter(kind=told.kind, normal=told.normal).exclude(pk=point.pk)
    owner_id = ContactPoint.objects.owners_of([told.key]).get(told.key)
    if owner_id not in (None, point.candidate_id) or same.filter(candidate_id=point.candidate_id).exists():
        raise AddressTaken(told, Candidate.objects.get(pk=owner_id or point.candidate_id))
    was, moved = point.value, told.normal != point.normal
    point.kind, point.value, point.normal, point.use = told.kind, told.value, told.normal, use
    if moved:
        point.verified_at = point.bounced_at = None
    point.save(update_fields=["kind", "value", "normal", "use", "verified_at", "bounced_at"])
    if was != point.value:
        point_history.note([point], PointChange.CHANGED, by=by, now=now, was=was)
        Provenance.objects.create(
            candidate_id=point.candidate_id, field=point.kind, value=point.value, origin=by.label[:120]
        )
    contact.told("contact_point.change", point.candidate_id, by, now)


@transaction.atomic
def verify(*, point: ContactPoint, by: Actor, now: datetime) -> None:
    """Somebody knows that it works: a bounce before that no longer counts."""
    point.verified_at, point.bounced_at = now, None
    point.save(update_fields=["verified_at", "bounced_at"])
    point_history.note([point], PointChange.VERIFIED, by=by, now=now)
    contact.told("contact_point.verify", point.candidate_id, by, now)
