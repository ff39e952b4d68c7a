"""Takes back a move of an application, or that people were added to a job."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from crm.actors import Actor
from crm.services import undo
from crm.services.undo import NothingToUndo
from talent.models import Application, ApplicationStage
from talent.services import applications, moves
from talent.services.applications import WrongStep


@transaction.atomic
def move(*, application: Application, stage: ApplicationStage, by: Actor, now: datetime) -> str:
    """Move an application, with a way back; returns its token, empty when it stood there already. Raises WrongStep."""

    def step() -> None:
        applications.move(application=application, stage=stage, by=by, now=now)

    return moves.move("application.move", application, step, was_finalist=application.is_finalist)


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> str:
    """Undo what a token stands for; returns what to say. Raises NothingToUndo."""
    facts = undo.take(token)
    if facts.get("act") == "application.move":
        return _move_back(facts, by, now)
    if "applications" in facts:
        return applications.remove_added(facts["applications"], by=by, now=now)
    raise NothingToUndo("This can no longer be undone here.")


def _move_back(facts: dict[str, Any], by: Actor, now: datetime) -> str:
    def step(row: Application, stage: ApplicationStage) -> None:
        try:
            applications.move(application=row, stage=stage, by=by, now=now)
        except WrongStep as error:
            raise NothingToUndo(str(error)) from error
        row.is_finalist = facts["was_finalist"]
        row.save(update_fields=["is_finalist"])

    row = applications.places().filter(pk=facts["place"]).first()
    return moves.put_back(facts, row, ApplicationStage.objects.filter(pk=facts["stage"]).first(), step)
