"""Our own jobs and who applied for them: for tenants that have no other system for it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Count, Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices_jobs import DeclinedBy, EmploymentKind, JobState, Outcome, Remote, RequirementKind
from talent.models.candidate import Candidate


class JobQuerySet(TenantQuerySet["Job"]):
    """Jobs of the current tenant."""

    def with_sizes(self) -> JobQuerySet:
        """With `applicants`, how many applications are open, and `hired`."""
        return self.annotate(
            applicants=Count("applications", filter=Q(applications__outcome=Outcome.OPEN)),
            hired=Count("applications", filter=Q(applications__outcome=Outcome.HIRED)),
        ).select_related("owner__user", "hiring_manager__user")


class JobManager(TenantManager.from_queryset(JobQuerySet)):  # type: ignore[misc]
    """Jobs of the current tenant."""


class Job(TenantModel):
    """A job of ours."""

    title = models.CharField(max_length=160)
    department = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=160, blank=True)
    remote = models.CharField(max_length=8, choices=Remote, default=Remote.ON_SITE)
    employment = models.CharField("kind", max_length=12, choices=EmploymentKind, default=EmploymentKind.PERMANENT)
    description = models.TextField(blank=True, max_length=20_000)
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    hiring_manager = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.DRAFT)
    headcount = models.PositiveSmallIntegerField("to be hired", default=1)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[JobManager] = JobManager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["tenant", "state", "-created_at", "-id"], name="job_by_state")]
        constraints = [models.CheckConstraint(condition=Q(headcount__gte=1), name="job_hires_somebody")]

    def __str__(self) -> str:
        return self.title


class JobRequirement(TenantModel):
    """Something that a job asks for; `must` ones come first."""

    job = TenantForeignKey(Job, on_delete=models.CASCADE, related_name="requirements", db_index=False)
    kind = models.CharField(max_length=12, choices=RequirementKind, default=RequirementKind.SKILL)
    text = models.CharField(max_length=200)
    must = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        ordering = ["-must", "created_at", "pk"]
        indexes = [models.Index(fields=["tenant", "job"], name="job_requirement_by_job")]

    def __str__(self) -> str:
        return self.text


class ApplicationStage(TenantModel):
    """A step of a job's selection; whoever stands in a `final` one is a finalist from then on."""

    job = TenantForeignKey(Job, on_delete=models.CASCADE, related_name="stages", db_index=False)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    is_final = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="No longer offered.")

    class Meta(TenantModel.Meta):
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "job", "name"], name="application_stage_name_once")]

    def __str__(self) -> str:
        return self.name


class DispositionReason(TenantModel):
    """Why an application ended: who declined whom, and whether the person would be welcome again."""

    name = models.CharField(max_length=80)
    declined_by = models.CharField(max_length=4, choices=DeclinedBy)
    is_positive = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="No longer offered.")

    class Meta(TenantModel.Meta):
        ordering = ["declined_by", "position", "-is_positive", "name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="disposition_name_once")]

    def __str__(self) -> str:
        return self.name


class ApplicationQuerySet(TenantQuerySet["Application"]):
    """Applications of the current tenant."""

    def open(self) -> ApplicationQuerySet:
        return self.filter(outcome=Outcome.OPEN)

    def of_job(self, job_id: UUID) -> ApplicationQuerySet:
        return self.filter(job_id=job_id).select_related("candidate", "stage", "disposition")

    def silver(self) -> ApplicationQuerySet:
        """Finalists who were not hired although they would be welcome."""
        return self.filter(is_finalist=True, outcome=Outcome.REJECTED, disposition__is_positive=True)


class ApplicationManager(TenantManager.from_queryset(ApplicationQuerySet)):  # type: ignore[misc]
    """Applications of the current tenant."""


class Application(TenantModel):
    """A person's candidacy for a job."""

    job = TenantForeignKey(Job, on_delete=models.CASCADE, related_name="applications", db_index=False)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="applications", db_index=False)
    stage = TenantForeignKey(ApplicationStage, on_delete=models.RESTRICT, related_name="applications", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    disposition = TenantForeignKey(DispositionReason, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    is_finalist = models.BooleanField(default=False, help_text="Came as far as a final stage.")
    source = models.CharField(max_length=120, blank=True)
    applied_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ApplicationManager] = ApplicationManager()

    class Meta(TenantModel.Meta):
        ordering = ["-applied_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "candidate", "job"], condition=Q(outcome="open"), name="application_open_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at=None) | (~Q(outcome="open") & Q(decided_at__isnull=False)),
                name="application_decided_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "job", "outcome", "moved_at"], name="application_by_job"),
            models.Index(fields=["tenant", "candidate"], name="application_by_person"),
            models.Index(fields=["tenant", "stage"], name="application_by_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} for {self.job_id}"
