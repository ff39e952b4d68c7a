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
        Event.objects.bulk_create(events, batch_size=1000)
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
    """The same event for many people, in one statement for every 10,000: for changes that touch a whole segment."""
    if not candidates:
        return
    event = build(kind, candidate=None, occurred_at=occurred_at, actor=actor, subject=subject, data=data)
    same: list[Any] = [event.tenant_id, kind, occurred_at, actor.kind, actor.id, actor.label]
    about: list[Any] = [event.subject_type, event.subject_id, json.dumps(event.data)]
    for start in range(0, len(candidates), 10_000):
        people = list(candidates[start : start + 10_000])
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_EACH, [*same, *about, [uuid7() for _ in people], people])
    registry.after_publish()


_INSERT_EACH = """
INSERT INTO crm_event (tenant_id, kind, occurred_at, actor_kind, actor_id, actor_label, subject_type, subject_id, data,
                       id, candidate_id, created_at)
SELECT %s, %s, %s, %s, %s::uuid, %s, %s, %s::uuid, %s::jsonb, each.id, each.candidate, now()
FROM unnest(%s::uuid[], %s::uuid[]) AS each (id, candidate)
"""


def before_commit(name: str, **facts: Any) -> None:
    """Run, now and in this transaction, what must hold or roll back together with its cause (see wiring.py)."""
    hooks: list[Callable[..., None]] = registry.before_commit_hooks(name)
    for hook in hooks:
        hook(**facts)
