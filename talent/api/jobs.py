"""Our own jobs and applications, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm import paging
from crm.access import load
from crm.api.pages import limit_of, one_of
from crm.api.strict import StrictSerializer
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.paging import Order, moment
from crm.permissions import Permission
from talent.api.candidates import EDIT, PAGING
from talent.api.shapes import OwnedField
from talent.choices_jobs import EmploymentKind, JobState, Outcome, Remote, RequirementKind
from talent.models import Application, ApplicationStage, Candidate, DispositionReason, Job, TalentPool
from talent.services import applications, jobs, tasks
from talent.services.applications import AppliedAlready, KeepInTouch, WrongStep

Shape = serializers.Serializer[Any]
VIEW = Permission.CANDIDATE_VIEW
LATEST = Order("created_at", descending=True, parse=moment)
STATE = OpenApiParameter("state", str, enum=JobState.values, description="Jobs of one state only.")


class RequirementRow(Shape):
    """Something a job asks for."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(RequirementKind.choices)
    text = serializers.CharField()
    must = serializers.BooleanField()


class ApplicationStageRow(Shape):
    """A stage of a job."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    is_final = serializers.BooleanField()


class JobOfOurs(Shape):
    """A job of ours."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    department = serializers.CharField()
    place = serializers.CharField()
    remote = serializers.ChoiceField(Remote.choices)
    employment = serializers.ChoiceField(EmploymentKind.choices)
    description = serializers.CharField()
    state = serializers.ChoiceField(JobState.choices)
    headcount = serializers.IntegerField()
    owner_id = serializers.UUIDField(allow_null=True)
    hiring_manager_id = serializers.UUIDField(allow_null=True)
    opened_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    applicants = serializers.IntegerField(help_text="Open applications.")
    hired = serializers.IntegerField()
    requirements = RequirementRow(many=True, source="requirements.all")
    stages = ApplicationStageRow(many=True, source="stages.all")
    created_at = serializers.DateTimeField()


class JobPage(Shape):
    """A page of jobs."""

    results = JobOfOurs(many=True)
    next = serializers.CharField(allow_null=True)


class JobChange(StrictSerializer):
    """Columns of a job; what is left out stays."""

    title = serializers.CharField(max_length=160, required=False)
    department = serializers.CharField(max_length=120, required=False, allow_blank=True)
    place = serializers.CharField(max_length=160, required=False, allow_blank=True)
    remote = serializers.ChoiceField(Remote.choices, required=False)
    employment = serializers.ChoiceField(EmploymentKind.choices, required=False)
    description = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    state = serializers.ChoiceField(JobState.choices, required=False)
    headcount = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    owner_id = OwnedField(Member)
    hiring_manager_id = OwnedField(Member)


class JobOfOursIn(JobChange):
    """A job to make."""

    title = serializers.CharField(max_length=160)


class ApplicationRow(Shape):
    """An application."""

    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    stage_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(Outcome.choices)
    disposition = serializers.CharField(source="disposition.name", default="")
    is_finalist = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]
    applied_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ApplicationPage(Shape):
    """A page of applications."""

    results = ApplicationRow(many=True)
    next = serializers.CharField(allow_null=True)


class ApplicationIn(StrictSerializer):
    """Somebody who applies."""

    candidate_id = serializers.UUIDField()
    source = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")  # type: ignore[assignment]


class ApplicationChange(StrictSerializer):
    """A move (`stage_id`) or an end: `outcome` with the name of a `disposition`; a pool and a day to look again."""

    stage_id = serializers.UUIDField(required=False)
    outcome = serializers.ChoiceField(Outcome.choices, required=False)
    disposition = serializers.CharField(max_length=80, required=False)
    pool_id = serializers.UUIDField(required=False, allow_null=True)
    revisit_on = serializers.DateField(required=False, allow_null=True, validators=[*tasks.DUE])


def _values(said: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in said.items()}


def told(job_id: UUID) -> dict[str, Any]:
    return dict(JobOfOurs(load(jobs.overview(), job_id)).data)


class JobList(TenantAPIView):
    """Our jobs, the newest first; a new one."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="jobs_list", parameters=[*PAGING, STATE], responses=JobPage)
    def get(self, request: Request) -> Response:
        rows = jobs.overview(one_of(request, "state", JobState.values)).prefetch_related("requirements", "stages")
        page = paging.page(rows, LATEST, after=request.query_params.get("after", ""), limit=limit_of(request))
        return Response(JobPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=JobOfOursIn, responses={201: JobOfOurs})
    def post(self, request: Request) -> Response:
        said = _values(JobOfOursIn(data=request.data).sent())
        job = jobs.create(values=said, by=self.actor, today=timezone.localdate(), now=timezone.now())
        return Response(told(job.pk), status=201)


class JobDetail(VersionedAPIView):
    """One job."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}
    kept_by_system = ("applicants", "hired")

    @extend_schema(responses=JobOfOurs)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(told(pk))

    @extend_schema(request=JobChange, responses=JobOfOurs)
    def patch(self, request: Request, pk: UUID) -> Response:
        job, said = load(Job, pk), _values(JobChange(data=request.data).sent())
        jobs.change(job=job, values=said, by=self.actor, today=timezone.localdate(), now=timezone.now())
        return Response(told(pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        jobs.delete(job=load(Job, pk), by=self.actor)
        return Response(status=204)


class JobApplications(TenantAPIView):
    """Who applied for a job; somebody more."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="jobs_applications_list", parameters=PAGING, responses=ApplicationPage)
    def get(self, request: Request, pk: UUID) -> Response:
        rows = Application.objects.of_job(load(Job, pk).pk)
        page = paging.page(rows, LATEST, after=request.query_params.get("after", ""), limit=limit_of(request))
        return Response(ApplicationPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=ApplicationIn, responses={201: ApplicationRow})
    def post(self, request: Request, pk: UUID) -> Response:
        job, said = load(Job, pk), ApplicationIn(data=request.data).sent()
        person = load(Candidate, said["candidate_id"])
        try:
            row = applications.add(job=job, candidate=person, by=self.actor, now=timezone.now(), source=said["source"])
        except AppliedAlready as error:
            raise ValidationError({"candidate_id": [str(error)]}) from error
        return Response(ApplicationRow(row).data, status=201)


class ApplicationDetail(TenantAPIView):
    """One application: move it, or end it. `outcome` open takes a decision back."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take back one that was made by mistake; 400 once it was moved or decided."""
        try:
            applications.remove(application=load(applications.places(), pk), by=self.actor, now=timezone.now())
        except WrongStep as error:
            raise ValidationError({"application": [str(error)]}) from error
        return Response(status=204)

    @extend_schema(responses=ApplicationRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ApplicationRow(load(applications.places(), pk)).data)

    @extend_schema(request=ApplicationChange, responses=ApplicationRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        row, said = load(applications.places(), pk), ApplicationChange(data=request.data).sent()
        try:
            if "stage_id" in said:
                stage = load(ApplicationStage, said["stage_id"])
                applications.move(application=row, stage=stage, by=self.actor, now=timezone.now())
            if "outcome" in said:
                self._decide(row, said)
        except (WrongStep, AppliedAlready) as error:
            raise ValidationError({"application": [str(error)]}) from error
        return Response(ApplicationRow(load(applications.places(), pk)).data)

    def _decide(self, row: Application, said: dict[str, Any]) -> None:
        if said["outcome"] == Outcome.OPEN:
            applications.reopen(application=row, by=self.actor, now=timezone.now())
            return
        jobs.dispositions()
        pool = load(TalentPool, said["pool_id"]) if said.get("pool_id") else None
        applications.decide(
            application=row,
            outcome=said["outcome"],
            disposition=DispositionReason.objects.filter(retired_at=None, name=said.get("disposition", "")).first(),
            keep=KeepInTouch(pool, said.get("revisit_on")),
            by=self.actor,
            now=timezone.now(),
            zone=self.tenant.time_zone,
        )
