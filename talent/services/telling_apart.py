"""Records that look alike and are two people: said by somebody, remembered both ways, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.events import TOLD_APART
from talent.models import Candidate, NotTheSame
from talent.models.candidate import display_names


class NotApart(ValueError):
    """These two cannot be told apart; the message says why."""


@dataclass(frozen=True)
class Apart:
    """Somebody who is not this person, and who said so when."""

    id: UUID
    name: str
    said_by: str
    said_at: datetime


@transaction.atomic
def say(*, one: Candidate, other: Candidate, by: Actor, now: datetime) -> NotTheSame:
    """They are two people. What was said first stays. Raises NotApart."""
    if one.pk == other.pk:
        raise NotApart("This is one record.")
    if said := NotTheSame.objects.between(one.pk, other.pk).first():
        return said
    row = NotTheSame.objects.create(first=one, second=other, said_by=by.label[:120], said_at=now)
    _tell(one, other, by, now, is_over=False)
    return row


@transaction.atomic
def take_back(*, one: Candidate, other: Candidate, by: Actor, now: datetime) -> bool:
    """They may be the same after all; False when nobody had told them apart."""
    gone, _ = NotTheSame.objects.between(one.pk, other.pk).delete()
    if gone:
        _tell(one, other, by, now, is_over=True)
    return bool(gone)


def _tell(one: Candidate, other: Candidate, by: Actor, now: datetime, *, is_over: bool) -> None:
    action = "candidate.may_be_same" if is_over else "candidate.not_same"
    for person, twin in ((one, other), (other, one)):
        data = {"other": str(twin.pk), "over": is_over}
        events.publish(TOLD_APART, candidate=person.pk, occurred_at=now, actor=by, data=data)
        audit.record(action=action, by=by, object_type="talent.candidate", object_id=person.pk, facts=data)


def of(candidate_id: UUID) -> list[Apart]:
    """Who is not this person, what was said last first."""
    about = NotTheSame.objects.about(candidate_id)
    rows = [(row, row.second_id if row.first_id == candidate_id else row.first_id) for row in about]
    names = display_names([other for _, other in rows])
    return [Apart(pk, names[pk], row.said_by, row.said_at) for row, pk in rows if pk in names and pk != candidate_id]


def between(one: UUID, other: UUID) -> NotTheSame | None:
    """Who said that these are two people."""
    return NotTheSame.objects.between(one, other).first()
