"""Writes the first rows of many people who come into a sequence at once: enrolments, events, first mails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from crm import events
from crm.actors import Actor
from crm.tenancy import many
from crm.tenancy.many import among
from crm.tenancy.models import uuid7
from outreach import events as kinds
from outreach.choices import StepKind, WaitingFor
from outreach.models import Enrolment, SequenceStep
from outreach.services import enrolments, planner, planning, windows
from outreach.services.course import Course
from outreach.services.planner import Due, Window
from talent.models import Candidate


@dataclass(frozen=True)
class Person:
    """What a window needs to know of somebody."""

    pk: UUID
    time_zone: str
    country: str


@dataclass
class First:
    """People whose first mail is the same step at the same moment."""

    due: Due
    step: SequenceStep
    people: list[UUID]


def people(ids: Iterable[UUID]) -> dict[UUID, Person]:
    rows = Candidate.objects.filter(among("pk", ids)).values_list("pk", "time_zone", "country")
    return {pk: Person(pk, zone, country) for pk, zone, country in rows}


def enter(
    *, like: Enrolment, candidates: Row[Person], course: Course, by: Actor, now: datetime, data: Mapping[str, object]
) -> list[UUID]:
    """Enrol these people with rows like one that is not written; returns those whose course begins with no mail.

    They are in an active sequence, and all have the sender and the round of `like`. Nothing is written for those who
    are returned: `enrolments.plan_after` knows what else there is to begin with.
    """
    firsts, others = _firsts(like, candidates, course, now)
    for first in firsts:
        keys = [uuid7() for _ in first.people]
        _enrol(like, first, keys)
        event = enrolments.about(like, kinds.ENROLLED, now, by, **data)
        mine = {"id": [uuid7() for _ in keys], "candidate_id": first.people, "subject_id": keys}
        many.insert(event, mine)
        _plan(like, first, keys)
    events.announce()
    return others


def _firsts(like: Enrolment, candidates: Row[Person], course: Course, now: datetime) -> tuple[list[First], list[UUID]]:
    """Windows are few, and so are first moments: each is asked for once."""
    found = windows.read([one.pk for one in candidates])
    known: dict[Window, Due | None] = {}
    groups: dict[Due, list[UUID]] = defaultdict(list)
    others: list[UUID] = []

    def first(window: Window) -> Due | None:
        if window not in known:
            known[window] = planner.next_due(course=course, after=None, since=now, window=window)
        return known[window]

    for alike in found.alike(candidates):
        due = found.next_due(like.sequence, alike[0], like.sender_id, first)
        is_mail = due is not None and course.by_id[due.step_id].kind == StepKind.EMAIL
        chosen = groups[due] if due is not None and is_mail else others
        chosen += [person.pk for person in alike]
    return [First(due, course.by_id[due.step_id], who) for due, who in groups.items()], others


def _enrol(like: Enrolment, first: First, keys: list[UUID]) -> None:
    like.current_step, like.next_due_at, like.waiting_for = first.step, first.due.due_at, WaitingFor.MESSAGE
    many.insert(like, {"id": keys, "candidate_id": first.people})


def _plan(like: Enrolment, first: First, keys: list[UUID]) -> None:
    row = planning.step_row(enrolment=like, step=first.step, due_at=first.due.due_at)
    before = row.send_key.removesuffix(str(like.candidate_id))
    send_keys = [f"{before}{person}" for person in first.people]
    each: dict[str, Row[Any]] = {
        "id": [uuid7() for _ in keys],
        "candidate_id": first.people,
        "enrolment_id": keys,
        "send_key": send_keys,
        "message_id": planning.message_ids_of(send_keys),
        "reply_token": planning.reply_tokens(len(keys)),
    }
    many.insert(row, each)
