"""A move on a board and its way back: one code for the places in pools and the applications for jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from crm.services import undo
from crm.services.undo import NothingToUndo
from talent.models import Application, ApplicationStage, PoolMembership, PoolStage

Place = TypeVar("Place", PoolMembership, Application)
Stage = TypeVar("Stage", PoolStage, ApplicationStage)


def move(act: str, place: Place, step: Callable[[], None], **more: Any) -> str:
    """Take the step; returns the token of its undo, empty when the place stands there already."""
    before, since = place.stage_id, place.moved_at
    step()
    if place.stage_id == before:
        return ""
    facts = {"place": str(place.pk), "stage": str(before), "since": since.isoformat(), "to": str(place.stage_id)}
    return undo.keep({"act": act, **facts, **more})


def put_back(
    facts: dict[str, Any], place: Place | None, stage: Stage | None, step: Callable[[Place, Stage], None]
) -> str:
    """Take the step back to where it stood, since when it stood there; returns what to say. Raises NothingToUndo."""
    if place is None or stage is None:
        raise NothingToUndo("This can no longer be undone: the person or the stage is gone.")
    if str(place.stage_id) != facts["to"]:
        raise NothingToUndo(f"{place.candidate.name} has been moved on to “{place.stage}” since.")
    step(place, stage)
    place.moved_at = datetime.fromisoformat(facts["since"])
    place.save(update_fields=["moved_at"])
    return f"{place.candidate.name} is back in “{stage}”."
