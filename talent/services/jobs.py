"""Our own jobs: made, changed, opened and closed; what they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from crm.actors import Actor
from crm.services import audit
from talent.choices_jobs import DEFAULT_APPLICATION_STAGES, DEFAULT_DISPOSITIONS, JobState
from talent.models import Application, ApplicationStage, DispositionReason, Job, JobRequirement


def overview(state: str = "") -> QuerySet[Job]:
    """Jobs with their numbers, the newest first; those of one state when it is named."""
    rows = Job.objects.with_sizes()
    return rows.filter(state=state) if state else rows


@transaction.atomic
def create(*, values: Mapping[str, Any], by: Actor, today: date) -> Job:
    """A new job with the usual stages; `values` are columns by name. Owned by the member who makes it, unless said."""
    job = Job(**values)
    if job.owner_id is None and by.kind == "member":
        job.owner_id = by.id
    _follow_state(job, today)
    job.save()
    ApplicationStage.objects.bulk_create(
        ApplicationStage(job=job, name=name, is_final=final, position=position)
        for position, (name, final) in enumerate(DEFAULT_APPLICATION_STAGES)
    )
    _record("job.create", job, by)
    return job


@transaction.atomic
def change(*, job: Job, values: Mapping[str, Any], by: Actor, today: date) -> None:
    """Change columns of a job; opening and closing set their dates."""
    changed = [name for name, value in values.items() if getattr(job, name) != value]
    for name in changed:
        setattr(job, name, values[name])
    _follow_state(job, today)
    job.save()
    if changed:
        _record("job.change", job, by, changed)


def _follow_state(job: Job, today: date) -> None:
    if job.state == JobState.OPEN and job.opened_on is None:
        job.opened_on = today
    job.closed_on = (job.closed_on or today) if job.state == JobState.CLOSED else None


def _record(action: str, job: Job, by: Actor, fields: Sequence[str] = ()) -> None:
    audit.record(action=action, by=by, object_type="talent.job", object_id=job.pk, fields=fields)


@transaction.atomic
def require(*, job: Job, kind: str, text: str, must: bool, by: Actor) -> JobRequirement:
    """One more thing that a job asks for."""
    row = JobRequirement.objects.create(job=job, kind=kind, text=text, must=must)
    _record("job.change", job, by, ["requirements"])
    return row


@transaction.atomic
def no_longer_require(*, requirement: JobRequirement, by: Actor) -> None:
    job = requirement.job
    requirement.delete()
    _record("job.change", job, by, ["requirements"])


@transaction.atomic
def delete(*, job: Job, by: Actor) -> None:
    """Remove a job with its applications; the people stay."""
    _record("job.delete", job, by)
    Application.objects.filter(job=job).delete()
    job.delete()


def requirements(job: Job) -> list[JobRequirement]:
    return list(JobRequirement.objects.filter(job=job))


def stages(job: Job) -> list[ApplicationStage]:
    """The stages of a job that are in use, in their order."""
    return list(ApplicationStage.objects.filter(job=job, retired_at=None))


def stages_on_board(job: Job, totals: Mapping[UUID, int]) -> list[ApplicationStage]:
    """Those in use, and retired ones as long as somebody stands there."""
    return [s for s in ApplicationStage.objects.filter(job=job) if s.retired_at is None or totals.get(s.pk)]


def sizes(job: Job) -> dict[UUID, int]:
    """How many open applications stand in each stage."""
    rows = Application.objects.open().filter(job=job).order_by()
    return dict(rows.values_list("stage").annotate(Count("pk")))


def dispositions() -> list[DispositionReason]:
    """Why an application can end; a tenant that has none yet gets the usual ones."""
    if not DispositionReason.objects.exists():
        usual = [
            DispositionReason(name=name, declined_by=who, is_positive=good) for name, who, good in DEFAULT_DISPOSITIONS
        ]
        DispositionReason.objects.bulk_create(usual, ignore_conflicts=True)
    return list(DispositionReason.objects.filter(retired_at=None))
