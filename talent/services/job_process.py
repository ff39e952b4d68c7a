"""A job's stages and the reasons why applications end: in their order; what was used is only retired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from crm.actors import Actor
from crm.services import audit
from crm.unseen import one_line
from talent.models import Application, ApplicationStage, DispositionReason, Job
from talent.services import field_changes, jobs

MOST = 20
MOST_LETTERS = 60
Step = ApplicationStage | DispositionReason


class BadStep(ValueError):
    """A stage or reason cannot be so; the message says why, `field` what of it."""

    def __init__(self, message: str, field: str = "name") -> None:
        super().__init__(message)
        self.field = field


def _beside(step: Step) -> QuerySet[Step]:
    """The steps that stand in one order with this one, itself included."""
    if isinstance(step, ApplicationStage):
        return ApplicationStage.objects.filter(job_id=step.job_id)
    return DispositionReason.objects.filter(declined_by=step.declined_by)


def _named_alike(step: Step) -> QuerySet[Step]:
    """Where its name must be the only one of its kind."""
    return _beside(step) if isinstance(step, ApplicationStage) else DispositionReason.objects.all()


def _in_use(step: Step) -> QuerySet[Step]:
    """The other ones of its order that are offered, held until the transaction ends: two may change one order."""
    return _beside(step).filter(retired_at=None).exclude(pk=step.pk).select_for_update()


def _refuse(step: Step) -> None:
    if not step.name:
        raise BadStep("It needs a name.")
    if len(step.name) > MOST_LETTERS:
        raise BadStep(f"A name has {MOST_LETTERS} letters at most; this one has {len(step.name)}.")
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


def _refuse_crowd(step: Step) -> None:
    if len(_in_use(step)) >= MOST:
        raise BadStep(f"{MOST} are the most.")


@transaction.atomic
def add(step: Step, *, by: Actor) -> None:
    """A further stage or reason, at the end. Raises BadStep."""
    if isinstance(step, DispositionReason):
        jobs.dispositions()  # else the first own one would stand in for the usual ones
    step.name = one_line(step.name)
    _refuse(step)
    _refuse_crowd(step)
    step.position = (_beside(step).aggregate(last=Max("position"))["last"] or 0) + 1
    step.save(force_insert=True)
    _record(step, "add", by)


@transaction.atomic
def change(step: Step, *, name: str, by: Actor, is_final: bool | None = None, is_positive: bool | None = None) -> None:
    """Call it otherwise, or say what it means from now on. Raises BadStep."""
    step.name = one_line(name)
    _refuse(step)
    if isinstance(step, ApplicationStage) and is_final is not None:
        step.is_final = is_final
    if isinstance(step, DispositionReason) and is_positive is not None:
        step.is_positive = is_positive
    step.save()
    _record(step, "change", by)
    field_changes.tell("application_stage" if isinstance(step, ApplicationStage) else "silver_medallist", by=by)


@transaction.atomic
def shift(step: Step, *, later: bool, by: Actor) -> None:
    """One place later or earlier among those in use; at the end nothing changes."""
    row: Sequence[Step] = list(_beside(step).select_for_update())
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
    """Whether anybody stands in a stage or may have passed it, for only the last stage of an application is stored."""
    if isinstance(step, DispositionReason):
        return Application.objects.filter(disposition=step).exists()
    return Application.objects.filter(Q(stage=step) | Q(moved_at__gt=F("applied_at")), job_id=step.job_id).exists()


@transaction.atomic
def retire(step: Step, *, by: Actor, now: datetime) -> bool:
    """Offer it no longer: True when it is kept because it was used, False when it is gone. Raises BadStep.

    Whoever stands in a retired stage stays there until somebody moves them.
    """
    if not _in_use(step):
        kept = "A job keeps one stage" if isinstance(step, ApplicationStage) else "Each side keeps one reason"
        raise BadStep(f"{kept} at least.", "retired")
    _record(step, "retire", by)
    if not _is_used(step):
        step.delete()
        return False
    step.retired_at = step.retired_at or now
    step.save(update_fields=["retired_at"])
    return True


@transaction.atomic
def bring_back(step: Step, *, by: Actor) -> None:
    """Offer it again. Raises BadStep."""
    _refuse_crowd(step)
    step.retired_at = None
    step.save(update_fields=["retired_at"])
    _record(step, "bring back", by)
