"""Applications: made, moved, decided; the one question after a rejection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from crm import events, together
from crm.actors import Actor
from crm.events import Subject
from crm.models import Member
from crm.services import audit, undo
from crm.together import Asked
from talent.choices import TaskSource
from talent.choices_jobs import DeclinedBy, Outcome
from talent.events import APPLICATION_DECIDED, APPLICATION_MADE, APPLICATION_MOVED, APPLICATION_REMOVED
from talent.models import Application, ApplicationStage, Candidate, DispositionReason, Job, TalentPool
from talent.services import jobs, pools, tasks

CARDS = 50


class AppliedAlready(ValueError):
    """The person has an open application for this job."""


class WrongStep(ValueError):
    """This cannot be done with the application as it stands; the message says why."""


@dataclass(frozen=True)
class Column:
    """A stage with its open applications, those that wait longest first."""

    stage: ApplicationStage
    total: int
    cards: Sequence[Application]


@dataclass(frozen=True)
class KeepInTouch:
    """The answer to the one question: which pool, when to look again, and who does."""

    pool: TalentPool | None = None
    revisit_on: date | None = None
    member: Member | None = None


def add(
    *, job: Job, candidate: Candidate, by: Actor, now: datetime, source: str = "", stage: ApplicationStage | None = None
) -> Application:
    """An application at the first stage, unless told. Raises AppliedAlready."""
    first = stage or jobs.stages(job)[0]
    row = Application(job=job, candidate=candidate, stage=first, source=source[:120], applied_at=now, moved_at=now)
    row.is_finalist = first.is_final
    try:
        with transaction.atomic():
            row.save()
            _tell(APPLICATION_MADE, row, by, now)
    except IntegrityError as error:
        if "application_open_once" not in str(error):
            raise
        raise AppliedAlready(f"{candidate.name} has an open application for “{job}” already.") from error
    return row


@dataclass(frozen=True)
class Added:
    """What came of adding people: how many, a sentence for each who was there already, the token of an undo."""

    count: int
    refused: Sequence[str]
    undo: str


@transaction.atomic
def add_together(*, job: Job, people: Sequence[Candidate], by: Actor, now: datetime, source: str = "") -> Added:
    """Several at once; who has an open application already keeps that one."""
    made, refused = [], []
    for person in people:
        try:
            made.append(add(job=job, candidate=person, by=by, now=now, source=source))
        except AppliedAlready as error:
            refused.append(str(error))
    return Added(len(made), refused, undo.keep({"applications": [str(row.pk) for row in made]}) if made else "")


@transaction.atomic
def remove(*, application: Application, by: Actor, now: datetime) -> None:
    """It was made by mistake: it goes, and the timeline says so. Raises WrongStep once somebody worked with it."""
    row = places().select_for_update(of=("self",)).get(pk=application.pk)
    if row.outcome != Outcome.OPEN or row.moved_at != row.applied_at:
        raise WrongStep(f"The application of {row.candidate.name} has gone on since: decide about it instead.")
    _tell(APPLICATION_REMOVED, row, by, now)
    row.delete()


@transaction.atomic
def remove_added(keys: Sequence[str], *, by: Actor, now: datetime) -> str:
    """Take `add_together` back, as a sentence; what went on since stays."""
    rows, stayed = list(places().filter(pk__in=keys)), []
    for row in rows:
        try:
            remove(application=row, by=by, now=now)
        except WrongStep as error:
            stayed.append(str(error))
    gone = len(rows) - len(stayed)
    said = f"{gone} application is taken back." if gone == 1 else f"{gone} applications are taken back."
    return " ".join([said, *stayed])


@transaction.atomic
def move(*, application: Application, stage: ApplicationStage, by: Actor, now: datetime) -> None:
    """Into another stage of the same job. Raises WrongStep."""
    if stage.job_id != application.job_id:
        raise WrongStep(f"“{stage}” is not a stage of “{application.job}”.")
    if stage.retired_at is not None and stage.pk != application.stage_id:
        raise WrongStep(f"“{stage}” is retired.")
    if application.outcome != Outcome.OPEN:
        raise WrongStep("This application is decided: open it again first.")
    if application.stage_id == stage.pk:
        return
    before = application.stage.name
    application.stage, application.moved_at = stage, now
    application.is_finalist = application.is_finalist or stage.is_final
    application.save(update_fields=["stage", "moved_at", "is_finalist"])
    _tell(APPLICATION_MOVED, application, by, now, **{"from": before, "to": stage.name})


@transaction.atomic
def decide(
    *,
    application: Application,
    outcome: str,
    by: Actor,
    now: datetime,
    zone: str,
    disposition: DispositionReason | None = None,
    keep: KeepInTouch | None = None,
) -> None:
    """End an application. Rejected and withdrawn ones need a reason of the fitting side; `keep` is the answer to
    "keep in touch?": the person comes into the pool, and a task says when to look again. Raises WrongStep.
    """
    if application.outcome != Outcome.OPEN:
        raise WrongStep("This application is decided already.")
    _check(outcome, disposition)
    application.outcome, application.decided_at = outcome, now
    application.disposition = None if outcome == Outcome.HIRED else disposition
    application.save(update_fields=["outcome", "decided_at", "disposition"])
    reason = application.disposition.name if application.disposition else ""
    _tell(APPLICATION_DECIDED, application, by, now, outcome=str(outcome), reason=reason)
    if keep is not None:
        _keep(application, keep, by, now, zone)


def _check(outcome: str, disposition: DispositionReason | None) -> None:
    if outcome not in (Outcome.HIRED, Outcome.REJECTED, Outcome.WITHDRAWN):
        raise WrongStep("An application ends as hired, rejected or withdrawn.")
    if disposition is not None and disposition.retired_at is not None:
        raise WrongStep(f"“{disposition}” is retired: choose another reason.")
    side = {Outcome.REJECTED: DeclinedBy.US, Outcome.WITHDRAWN: DeclinedBy.THEM}.get(Outcome(outcome))
    if side is not None and (disposition is None or disposition.declined_by != side):
        raise WrongStep(f"Choose the reason: one where “{side.label.lower()}”.")


def _keep(application: Application, keep: KeepInTouch, by: Actor, now: datetime, zone: str) -> None:
    person, job = application.candidate, application.job
    if keep.pool is not None:
        pools.add(pool=keep.pool, candidates=[person], by=by, now=now, reason=f"Applied for “{job}”")
    if keep.revisit_on is not None:
        tasks.add(
            title=f"Look again at {person.name} (applied for {job})"[:200],
            by=by,
            now=now,
            zone=zone,
            candidate=person,
            assignee=keep.member,
            due_on=keep.revisit_on,
            source=TaskSource.APPLICATION,
        )


@transaction.atomic
def reopen(*, application: Application, by: Actor, now: datetime) -> None:
    """Take a decision back. Raises AppliedAlready when there is another open application of the person for the job."""
    application.outcome, application.decided_at, application.disposition = Outcome.OPEN, None, None
    try:
        with transaction.atomic():
            application.save(update_fields=["outcome", "decided_at", "disposition"])
    except IntegrityError as error:
        raise AppliedAlready(f"{application.candidate.name} has another open application for this job.") from error
    _tell(APPLICATION_DECIDED, application, by, now, outcome=str(Outcome.OPEN), reason="")


def _tell(kind: str, row: Application, by: Actor, now: datetime, **facts: str) -> None:
    events.publish(
        kind,
        candidate=row.candidate_id,
        occurred_at=now,
        actor=by,
        subject=Subject("talent.application", row.pk),
        data={"job": row.job.title, **facts},
    )
    audit.record(action=kind, by=by, object_type="talent.application", object_id=row.pk)


# --- reading


def board(job: Job) -> list[Column]:
    """The job's open applications by stage, in three queries."""
    totals = jobs.sizes(job)
    stages = jobs.stages_on_board(job, totals)
    rows = Application.objects.open().of_job(job.pk).order_by("moved_at", "pk")[: CARDS * max(len(stages), 1)]
    found: dict[UUID, list[Application]] = {stage.pk: [] for stage in stages}
    for row in rows:
        found[row.stage_id].append(row)
    return [Column(s, totals.get(s.pk, 0), found[s.pk]) for s in stages]


def decided(job: Job) -> QuerySet[Application]:
    """What has become of the others, the latest first."""
    return Application.objects.of_job(job.pk).exclude(outcome=Outcome.OPEN).order_by("-decided_at", "-pk")


def of_person(candidate_id: UUID) -> list[Application]:
    """The newest applications of a person."""
    return together.rows(made_by(candidate_id))


@together.planned
def made_by(candidate_id: UUID) -> Asked[Application]:
    """A person's applications with job and stage, the newest twenty."""
    rows = Application.objects.filter(candidate_id=candidate_id).select_related("job", "stage", "disposition")
    return rows[:20]


def places() -> QuerySet[Application]:
    """Applications with job, person and stage."""
    return Application.objects.select_related("job", "candidate", "stage", "disposition")


def open_for(job_id: UUID, people: Sequence[UUID]) -> set[UUID]:
    """Who of these people has an open application for a job."""
    rows = Application.objects.open().filter(job_id=job_id, candidate__in=people).order_by()
    return set(rows.values_list("candidate_id", flat=True))
