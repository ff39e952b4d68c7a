"""The event log's pen: `publish` writes one row in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from crm import registry
from crm.actors import Actor
from crm.models.event import Event
from crm.tenancy import many
from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import array
from crm.tenancy.models import uuid7


@dataclass(frozen=True)
class Subject:
    """What an event is about, beside the candidate: a model's label, lower case (`outreach.enrolment`), and its key."""

    type: str
    id: UUID


def build(
    kind: str,
    *,
    candidate: UUID | None,
    occurred_at: datetime,
    actor: Actor,
    subject: Subject | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """An event row not yet written, for batches: hand the list to `publish_many`."""
    return Event(
        kind=kind,
        candidate_id=candidate,
        occurred_at=occurred_at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        subject_type=subject.type if subject else "",
        subject_id=subject.id if subject else None,
        data=dict(data or {}),
    )


def publish(
    kind: str,
    *,
    candidate: UUID | None,
    occurred_at: datetime,
    actor: Actor,
    subject: Subject | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Write one event in the caller's transaction; its readers run after the commit.

    `occurred_at` is an aware moment (UTC in the database). `data` holds ids and small facts, never bodies: it must be
    JSON. Raises TenantError outside `with tenant(...)`.
    """
    event = build(kind, candidate=candidate, occurred_at=occurred_at, actor=actor, subject=subject, data=data)
    publish_many([event])
    return event


def publish_many(events: list[Event]) -> None:
    """Write a batch of events made by `build`, in the caller's transaction."""
    if events:
        many.create(events)
        registry.after_publish()


def announce() -> None:
    """Events made by `build` were written by `crm.at_once`, with what they tell of: wake their readers."""
    registry.after_publish()


def publish_each(
    kind: str,
    *,
    candidates: Sequence[UUID],
    occurred_at: datetime,
    actor: Actor,
    subject: Subject | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """The same event for many people: for changes that touch a whole segment."""
    publish_same([Same(kind, candidates, subject, data)], occurred_at=occurred_at, actor=actor)


@dataclass(frozen=True)
class Same:
    """One event of many people."""

    kind: str
    candidates: Sequence[UUID]
    subject: Subject | None = None
    data: Mapping[str, Any] | None = None

    def facts(self) -> tuple[Any, ...]:
        """What its rows have in common."""
        about = (self.subject.type, self.subject.id) if self.subject else ("", None)
        return (self.kind, *about, json.dumps(dict(self.data or {})))


def publish_same(told: Sequence[Same], *, occurred_at: datetime, actor: Actor) -> None:
    """Several such events at one moment, in one statement for every 10,000 rows."""
    pairs = [(number, person) for number, same in enumerate(told, start=1) for person in same.candidates]
    if not pairs:
        return
    once: list[Any] = [current_tenant_id(), occurred_at, actor.kind, actor.id, actor.label]
    alike: list[Any] = [list(column) for column in zip(*(same.facts() for same in told), strict=True)]
    for start in range(0, len(pairs), 10_000):
        numbers, people = zip(*pairs[start : start + 10_000], strict=True)
        each: list[Any] = [array(uuid7() for _ in people), array(people), list(numbers)]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_SAME, [*once, *each, *alike])
    registry.after_publish()


_INSERT_SAME = """
INSERT INTO crm_event (tenant_id, occurred_at, actor_kind, actor_id, actor_label, created_at,
                       id, candidate_id, kind, subject_type, subject_id, data)
SELECT %s, %s, %s, %s::uuid, %s, now(), each.id, each.candidate, same.kind, same.type, same.subject, same.data::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS each (id, candidate, number)
JOIN unnest(%s::text[], %s::text[], %s::uuid[], %s::text[]) WITH ORDINALITY
  AS same (kind, type, subject, data, number) ON same.number = each.number
"""


def before_commit(name: str, **facts: Any) -> None:
    """Run, now and in this transaction, what must hold or roll back together with its cause (see wiring.py)."""
    hooks: list[Callable[..., None]] = registry.before_commit_hooks(name)
    for hook in hooks:
        hook(**facts)
