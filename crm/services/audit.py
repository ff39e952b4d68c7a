"""Writes audit entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack
from uuid import UUID

from crm.actors import Actor
from crm.models import AuditEntry


def page(
    *, limit: int, action: str = "", person: UUID | None = None, before: UUID | None = None
) -> tuple[list[AuditEntry], bool]:
    """Up to `limit` entries of the current tenant, newest first, and whether there are older ones.

    `action` is how the action begins, `person` the actor's id, `before` the last entry of the page before.
    """
    matching = AuditEntry.objects.matching(action=action, person=person)
    rows = list(matching.newest_first(before=before)[: limit + 1])
    return rows[:limit], len(rows) > limit


def recent_actions() -> list[str]:
    """The actions among the latest entries, to choose a filter from."""
    return AuditEntry.objects.all().recent_actions()


def record_each(*, action: str, by: Actor, object_type: str, fields: Mapping[UUID, Iterable[str]]) -> None:
    """An entry for each of many objects, in one statement; `fields` says by object what changed."""
    record_all(
        entry(action=action, by=by, object_type=object_type, object_id=one, fields=names)
        for one, names in fields.items()
    )


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Append several entries, made by `entry`, in one statement."""
    AuditEntry.objects.bulk_create(entries)


class Told(TypedDict, total=False):
    """What an entry tells of an act. `facts` holds counts and ids, never personal values."""

    object_type: str
    object_id: UUID | None
    fields: Iterable[str]
    facts: Mapping[str, Any] | None


def entry(*, action: str, by: Actor, **told: Unpack[Told]) -> AuditEntry:
    """An entry not yet written, to be written with what it tells of (`crm.at_once`)."""
    return AuditEntry(
        action=action,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        object_type=told.get("object_type", ""),
        object_id=told.get("object_id"),
        fields=sorted(told.get("fields", ())),
        facts=dict(told.get("facts") or {}),
    )


def record(*, action: str, by: Actor, **told: Unpack[Told]) -> None:
    """Append one entry in the caller's transaction."""
    entry(action=action, by=by, **told).save(force_insert=True)
