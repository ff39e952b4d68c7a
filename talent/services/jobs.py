"""Our own jobs: made, changed, opened and closed; what they ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from talent.choices_jobs import DEFAULT_APPLICATION_STAGES, DEFAULT_DISPOSITIONS, JobState
from talent.events import JOB_OPENED
from talent.identity import skill_key
from talent.models import Application, ApplicationStage, DispositionReason, Job, JobRequirement, Skill
from talent.services import field_changes

MOST_SKILLS = 20


def overview(state: str = "") -> QuerySet[Job]:
    """Jobs with their numbers, the newest first; those of one state when it is named."""
    rows = Job.objects.with_sizes()
    return rows.filter(state=state) if state else rows


@transaction.atomic
def create(*, values: Mapping[str, Any], by: Actor, today: date, now: datetime) -> Job:
    """A new job with the usual stages; `values` are columns by name. Owned by the member who makes it, unless said."""
    job = Job(**values)
    if job.owner_id is None and by.kind == "member":
        job.owner_id = by.id
    is_opened = _follow_state(job, today)
    job.save()
    ApplicationStage.objects.bulk_create(
        ApplicationStage(job=job, name=name, is_final=final, position=position)
        for position, (name, final) in enumerate(DEFAULT_APPLICATION_STAGES)
    )
    _record("job.create", job, by)
    _tell_if(is_opened, job, by, now)
    return job


@transaction.atomic
def change(*, job: Job, values: Mapping[str, Any], by: Actor, today: date, now: datetime) -> None:
    """Change columns of a job; opening and closing set their dates, and the first opening is an event."""
    changed = [name for name, value in values.items() if getattr(job, name) != value]
    for name in changed:
        setattr(job, name, values[name])
    is_opened = _follow_state(job, today)
    job.save()
    if changed:
        _record("job.change", job, by, changed)
    _tell_if(is_opened, job, by, now)


def _follow_state(job: Job, today: date) -> bool:
    """Set the dates of opening and closing; returns whether it opens for the first time."""
    is_opened = job.state == JobState.OPEN and job.opened_on is None
    if is_opened:
        job.opened_on = today
    job.closed_on = (job.closed_on or today) if job.state == JobState.CLOSED else None
    return is_opened


def _tell_if(is_opened: bool, job: Job, by: Actor, now: datetime) -> None:
    if is_opened:
        events.publish(
            JOB_OPENED,
            candidate=None,
            occurred_at=now,
            actor=by,
            subject=Subject("talent.job", job.pk),
            data={"title": job.title, "topics": skills_asked(job)},
        )


def skills_asked(job: Job) -> list[str]:
    """Keys of the tenant's skills that the job's requirements name; its text, where nothing is written down."""
    written = JobRequirement.objects.filter(job=job).values_list("text", flat=True)
    texts = list(written) or [job.title, job.description]
    words = [re.findall(r"[\w+#.]+", text) for text in texts]
    parts = {" ".join(line[n : n + size]).strip(".") for line in words for size in (1, 2, 3) for n in range(len(line))}
    keys = Skill.objects.filter(key__in={skill_key(part) for part in parts if part})
    return sorted(keys.values_list("key", flat=True))[:MOST_SKILLS]


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
    gone, _ = Application.objects.filter(job=job).delete()
    job.delete()
    if gone:
        field_changes.tell(*field_changes.APPLICATIONS, by=by)


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
