"""A job's stages and the reasons why applications end: in their order; what was used is only retired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from crm.actors import Actor
from crm.services import audit
from talent.models import Application, ApplicationStage, DispositionReason, Job
from talent.services import jobs

MOST = 20
Step = ApplicationStage | DispositionReason


class BadStep(ValueError):
    """A stage or reason cannot be so; the message says why."""


def _beside(step: Step) -> QuerySet[Step]:
    """The steps that stand in one order with this one, itself included."""
    if isinstance(step, ApplicationStage):
        return ApplicationStage.objects.filter(job_id=step.job_id)
    return DispositionReason.objects.filter(declined_by=step.declined_by)


def _named_alike(step: Step) -> QuerySet[Step]:
    """Where its name must be the only one of its kind."""
    return _beside(step) if isinstance(step, ApplicationStage) else DispositionReason.objects.all()


def _refuse(step: Step) -> None:
    if not step.name:
        raise BadStep("It needs a name.")
    if _named_alike(step).filter(name__iexact=step.name).exclude(pk=step.pk).exists():
        raise BadStep(f"There is one called “{step.name}” already; a retired one can be taken into use again.")


def _record(step: Step, what: str, by: Actor) -> None:
    if isinstance(step, ApplicationStage):
        audit.record(action="job.change", by=by, object_type="talent.job", object_id=step.job_id, fields=["stages"])
    else:
        facts = {"name": step.name, "what": what}
        audit.record(action="disposition.change", by=by, object_type="talent.dispositionreason", facts=facts)


def stages(job: Job) -> list[ApplicationStage]:
    """All stages of a job, the retired ones too."""
    return list(ApplicationStage.objects.filter(job=job))


def reasons() -> list[DispositionReason]:
    """All reasons, the retired ones too; a tenant that has none yet gets the usual ones."""
    jobs.dispositions()
    return list(DispositionReason.objects.all())


@transaction.atomic
def add(step: Step, *, by: Actor) -> None:
    """A further stage or reason, at the end. Raises BadStep."""
    step.name = " ".join(step.name.split())
    _refuse(step)
    have = _beside(step).filter(retired_at=None)
    if have.count() >= MOST:
        raise BadStep(f"{MOST} are the most.")
    step.position = (_beside(step).aggregate(last=Max("position"))["last"] or 0) + 1
    step.save(force_insert=True)
    _record(step, "add", by)


@transaction.atomic
def change(step: Step, *, name: str, by: Actor, is_final: bool | None = None, is_positive: bool | None = None) -> None:
    """Call it otherwise, or say what it means from now on. Raises BadStep."""
    step.name = " ".join(name.split())
    _refuse(step)
    if isinstance(step, ApplicationStage) and is_final is not None:
        step.is_final = is_final
    if isinstance(step, DispositionReason) and is_positive is not None:
        step.is_positive = is_positive
    step.save()
    _record(step, "change", by)


@transaction.atomic
def shift(step: Step, *, later: bool, by: Actor) -> None:
    """One place later or earlier among those in use; at the end nothing changes."""
    row: Sequence[Step] = list(_beside(step))
    used = [one for one in row if one.retired_at is None]
    here = next((n for n, one in enumerate(used) if one.pk == step.pk), None)
    if here is None or not 0 <= here + (1 if later else -1) < len(used):
        return
    there = here + (1 if later else -1)
    used[here], used[there] = used[there], used[here]
    for position, one in enumerate([*used, *(r for r in row if r.retired_at is not None)]):
        type(one).objects.filter(pk=one.pk).update(position=position)
    _record(step, "order", by)


def _is_used(step: Step) -> bool:
    key = "stage" if isinstance(step, ApplicationStage) else "disposition"
    return Application.objects.filter(**{key: step}).exists()


@transaction.atomic
def retire(step: Step, *, by: Actor, now: datetime) -> bool:
    """Offer it no longer: True when it is kept because it was used, False when it is gone. Raises BadStep.

    Whoever stands in a retired stage stays there until somebody moves them.
    """
    if isinstance(step, ApplicationStage) and not _beside(step).filter(retired_at=None).exclude(pk=step.pk).exists():
        raise BadStep("A job keeps one stage at least.")
    _record(step, "retire", by)
    if not _is_used(step):
        step.delete()
        return False
    step.retired_at = now
    step.save(update_fields=["retired_at"])
    return True


@transaction.atomic
def bring_back(step: Step, *, by: Actor) -> None:
    """Offer it again."""
    step.retired_at = None
    step.save(update_fields=["retired_at"])
    _record(step, "bring back", by)
