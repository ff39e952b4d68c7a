"""Fields about what we do with people: tasks, our own jobs and applications."""

from __future__ import annotations

from talent.choices_jobs import Outcome
from talent.filters.catalogue import Choice, Field
from talent.models import Application, ApplicationStage, DispositionReason, Job, Task

MAX_CHOICES = 2000
GROUP = "Jobs and tasks"


def _jobs() -> list[Choice]:
    return [Choice(str(pk), title) for pk, title in Job.objects.values_list("pk", "title")[:MAX_CHOICES]]


def _stages() -> list[Choice]:
    names = ApplicationStage.objects.order_by("name").values_list("name", flat=True).distinct()
    return [Choice(name, name) for name in names[:MAX_CHOICES]]


def _outcomes() -> list[Choice]:
    return [Choice(value, label) for value, label in Outcome.choices]


def _dispositions() -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in DispositionReason.objects.values_list("pk", "name")]


WORK_FIELDS = (
    Field(
        "open_task",
        "Open task",
        "flag",
        {"is_true": "with an open task", "is_false": "without an open task"},
        rows=lambda: Task.objects.open().filter(candidate__isnull=False),
        group=GROUP,
    ),
    Field(
        "job",
        "Job applied for",
        "choice",
        {
            "is_any_of": "who applied for {quoted or}",
            "is_none_of": "who did not apply for {quoted or}",
            "is_empty": "who never applied",
            "is_not_empty": "who applied at least once",
        },
        rows=lambda: Application.objects.all(),
        column="job_id",
        group=GROUP,
        choices=_jobs,
        ids=True,
    ),
    Field(
        "application_stage",
        "Application stage",
        "choice",
        {
            "is_any_of": "with an open application in the stage {quoted or}",
            "is_none_of": "without an open application in the stage {quoted or}",
        },
        rows=lambda: Application.objects.open(),
        column="stage__name",
        group=GROUP,
        choices=_stages,
    ),
    Field(
        "application_outcome",
        "Application outcome",
        "choice",
        {
            "is_any_of": "with an application that is {quoted or}",
            "is_none_of": "without an application that is {quoted or}",
        },
        rows=lambda: Application.objects.all(),
        column="outcome",
        group=GROUP,
        choices=_outcomes,
    ),
    Field(
        "disposition",
        "Reason of the decision",
        "choice",
        {
            "is_any_of": "whose application ended with {quoted or}",
            "is_none_of": "whose application did not end with {quoted or}",
        },
        rows=lambda: Application.objects.filter(disposition__isnull=False),
        column="disposition_id",
        group=GROUP,
        choices=_dispositions,
        ids=True,
    ),
    Field(
        "finalist",
        "Finalist",
        "flag",
        {"is_true": "who reached a final stage", "is_false": "who never reached a final stage"},
        rows=lambda: Application.objects.filter(is_finalist=True),
        group=GROUP,
    ),
    Field(
        "silver_medallist",
        "Silver medallist",
        "flag",
        {
            "is_true": "who reached a final stage and were declined for a good reason",
            "is_false": "who are no silver medallists",
        },
        rows=lambda: Application.objects.silver(),
        group=GROUP,
    ),
)
