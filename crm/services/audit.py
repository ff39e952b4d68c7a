"""Writes audit entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from crm.actors import Actor
from crm.models import AuditEntry


def record(
    *,
    action: str,
    by: Actor,
    object_type: str = "",
    object_id: UUID | None = None,
    fields: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry in the caller's transaction. `facts` holds counts and ids, never personal values."""
    AuditEntry.objects.create(
        action=action,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        object_type=object_type,
        object_id=object_id,
        fields=sorted(fields),
        facts=dict(facts or {}),
    )
