"""Contacts that leave no message here: logged by colleagues, and taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.models import Event, Member
from crm.services import audit
from crm.tenancy.context import current_tenant_id
from talent.choices import TouchKind
from talent.events import TOUCHPOINT_LOGGED, TOUCHPOINT_REMOVED
from talent.models import Candidate, Task, Touchpoint
from talent.services import clocks
from talent.services.clocks import Moments

LEEWAY = timedelta(minutes=5)  # clocks of other machines
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class NotATouchpoint(ValueError):
    """This is no contact that was; the message says why."""


@dataclass(frozen=True)
class Touch:
    """A contact at a moment: of which kind, and whether both sides spoke (None: nobody said).

    A message on LinkedIn is one though nobody was reached: it counts as what we sent.
    """

    kind: str
    occurred_at: datetime
    reached: bool | None = None
    note: str = ""

    @property
    def outcome(self) -> bool | None:
        return self.reached or None if self.kind == TouchKind.LINKEDIN else self.reached


@transaction.atomic
def log(*, candidate: Candidate, touch: Touch, member: Member | None, by: Actor, now: datetime) -> Touchpoint:
    """Write down that `member` was in touch with somebody; their clocks of contact follow. Raises NotATouchpoint."""
    if touch.occurred_at > now + LEEWAY:
        raise NotATouchpoint("This lies in the future: log it when it was.")
    if touch.occurred_at < EARLIEST:
        raise NotATouchpoint(f"This lies before {EARLIEST.year}.")
    row = _row(candidate.pk, touch, member.pk if member else None, by)
    row.save(force_insert=True)
    _follow([row], by)
    audit.record(action="touchpoint.log", by=by, object_type="talent.candidate", object_id=candidate.pk)
    return row


def of_tasks(*, tasks: Sequence[Task], reached: bool | None, by: Actor, now: datetime) -> None:
    """Tasks that are contacts were done, by whoever says so, else by whom they were given to."""
    rows = []
    for task in tasks:
        if task.touch_kind and task.candidate_id is not None:
            member = by.id if by.kind == "member" else task.assignee_id
            row = _row(task.candidate_id, Touch(task.touch_kind, now, reached), member, by)
            row.task = task
            rows.append(row)
    Touchpoint.objects.bulk_create(rows)
    _follow(rows, by)


def _row(candidate: UUID, touch: Touch, member: UUID | None, by: Actor) -> Touchpoint:
    return Touchpoint(
        candidate_id=candidate,
        member_id=member,
        kind=touch.kind,
        occurred_at=touch.occurred_at,
        reached=touch.outcome,
        note=touch.note.strip(),
        recorded_by=by.label[:120],
    )


def _follow(rows: Sequence[Touchpoint], by: Actor) -> None:
    """Clocks and events of contacts that are new; those of one call of a service were at one moment."""
    people = Candidate.objects.all()
    for row in rows[:1]:
        heard = [one.candidate_id for one in rows if one.reached is not False]
        people.filter(pk__in=heard).touch(contacted_at=row.occurred_at)
        spoke = [one.candidate_id for one in rows if one.reached]
        people.filter(pk__in=spoke).touch(spoke_at=row.occurred_at)
    here = Member.objects.of_tenant(current_tenant_id()).select_related("user")
    who = {one.pk: one for one in here.filter(pk__in={row.member_id for row in rows})}
    events.publish_many([_told(row, who.get(row.member_id) if row.member_id else None, by) for row in rows])


def _told(row: Touchpoint, member: Member | None, by: Actor) -> Event:
    """Who was in touch is who did it; who says so stands beside."""
    actor = member.actor if member else by
    return events.build(
        TOUCHPOINT_LOGGED,
        candidate=row.candidate_id,
        occurred_at=row.occurred_at,
        actor=actor,
        subject=Subject("talent.touchpoint", row.pk),
        data={
            "kind": row.kind,
            "reached": row.reached,
            "member": str(member.pk) if member else None,
            "name": member.actor.label if member else "",
            "recorded_by": by.label,
        },
    )


@transaction.atomic
def remove(*, touchpoint: Touchpoint, by: Actor, now: datetime) -> None:
    """It was not so: the clocks tell of what else there was."""
    _remove([touchpoint], by, now)
    person = touchpoint.candidate_id
    audit.record(action="touchpoint.remove", by=by, object_type="talent.candidate", object_id=person)


def forget_tasks(*, tasks: Collection[UUID], by: Actor, now: datetime) -> None:
    """Tasks are open again: what they logged was not."""
    _remove(list(Touchpoint.objects.filter(task__in=tasks)), by, now)


def _remove(rows: Sequence[Touchpoint], by: Actor, now: datetime) -> None:
    Touchpoint.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        clocks.take_back(candidate_id=row.candidate_id, moment=row.occurred_at)
        subject = Subject("talent.touchpoint", row.pk)
        data = {"kind": row.kind}
        events.publish(
            TOUCHPOINT_REMOVED, candidate=row.candidate_id, occurred_at=now, actor=by, subject=subject, data=data
        )


def of(candidate: Candidate) -> list[Touchpoint]:
    """Contacts with somebody, the latest first, at most 200."""
    return list(Touchpoint.objects.filter(candidate=candidate)[:200])


def moments(candidate_id: UUID) -> Moments:
    """What touchpoints know of a person's clocks."""
    rows = Touchpoint.objects.counting().filter(candidate=candidate_id)
    found = rows.aggregate(contacted=Max("occurred_at"), spoke=Max("occurred_at", filter=Q(reached=True)))
    return Moments(contacted_at=found["contacted"], spoke_at=found["spoke"])
