"""A job's stages and the reasons why applications end, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.candidates import EDIT
from talent.choices_jobs import DeclinedBy
from talent.models import ApplicationStage, DispositionReason, Job
from talent.services import job_process
from talent.services.job_process import BadStep, Step

Shape = serializers.Serializer[Any]
VIEW, MANAGE = Permission.CANDIDATE_VIEW, Permission.TENANT_MANAGE
WAYS = ["earlier", "later"]


class JobStageRow(Shape):
    """A step of a job's selection; a retired one is no longer offered."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    is_final = serializers.BooleanField()
    retired_at = serializers.DateTimeField(allow_null=True)


class ReasonRow(Shape):
    """Why an application ends; `is_positive` says that the person would be welcome again."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    declined_by = serializers.ChoiceField(DeclinedBy.choices)
    is_positive = serializers.BooleanField()
    retired_at = serializers.DateTimeField(allow_null=True)


class JobStageIn(StrictSerializer):
    """A stage to add at the end."""

    name = serializers.CharField(max_length=60)
    is_final = serializers.BooleanField(required=False, default=False)


class ReasonIn(StrictSerializer):
    """A reason to add at the end of its side."""

    name = serializers.CharField(max_length=60)
    declined_by = serializers.ChoiceField(DeclinedBy.choices)
    is_positive = serializers.BooleanField(required=False, default=False)


class JobStageChange(StrictSerializer):
    """What to change; `shift` moves it by one place, `retired` false takes it into use again."""

    name = serializers.CharField(max_length=60, required=False)
    is_final = serializers.BooleanField(required=False)
    shift = serializers.ChoiceField(WAYS, required=False)
    retired = serializers.BooleanField(required=False)


class ReasonChange(StrictSerializer):
    """What to change; `shift` moves it by one place, `retired` false takes it into use again."""

    name = serializers.CharField(max_length=60, required=False)
    is_positive = serializers.BooleanField(required=False)
    shift = serializers.ChoiceField(WAYS, required=False)
    retired = serializers.BooleanField(required=False)


class StepView(TenantAPIView):
    """What stages and reasons share: every change is one call of the service."""

    def changed(self, step: Step, said: dict[str, Any]) -> bool:
        """Do what was asked; False when the step is gone, for it was never used."""
        way, retired = said.pop("shift", None), said.pop("retired", None)
        try:
            if said:
                job_process.change(step, name=said.pop("name", step.name), by=self.actor, **said)
            if way:
                job_process.shift(step, later=way == "later", by=self.actor)
            if retired is False and step.retired_at is not None:
                job_process.bring_back(step, by=self.actor)
            return retired is not True or job_process.retire(step, by=self.actor, now=timezone.now())
        except BadStep as error:
            raise ValidationError({error.field: [str(error)]}) from error

    def added(self, step: Step) -> Step:
        try:
            job_process.add(step, by=self.actor)
        except BadStep as error:
            raise ValidationError({error.field: [str(error)]}) from error
        return step


class JobStages(StepView):
    """The stages of a job in their order, the retired ones too; a new one."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=JobStageRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(JobStageRow(job_process.stages(load(Job, pk)), many=True).data)

    @extend_schema(request=JobStageIn, responses={201: JobStageRow})
    def post(self, request: Request, pk: UUID) -> Response:
        job, said = load(Job, pk), JobStageIn(data=request.data).sent()
        return Response(JobStageRow(self.added(ApplicationStage(job=job, **said))).data, status=201)


class JobStageDetail(StepView):
    """One stage. It is deleted only while nobody stands in it and nobody was moved in this job; else it is retired."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=JobStageChange, responses={200: JobStageRow, 204: None})
    def patch(self, request: Request, pk: UUID) -> Response:
        step, said = load(ApplicationStage, pk), JobStageChange(data=request.data).sent()
        if not self.changed(step, said):
            return Response(status=204)
        return Response(JobStageRow(load(ApplicationStage, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        self.changed(load(ApplicationStage, pk), {"retired": True})
        return Response(status=204)


class DispositionReasons(StepView):
    """The reasons by side and order, the retired ones too; a new one."""

    permissions = {"GET": VIEW, "POST": MANAGE}

    @extend_schema(responses=ReasonRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(ReasonRow(job_process.reasons(), many=True).data)

    @extend_schema(request=ReasonIn, responses={201: ReasonRow})
    def post(self, request: Request) -> Response:
        said = ReasonIn(data=request.data).sent()
        return Response(ReasonRow(self.added(DispositionReason(**said))).data, status=201)


class DispositionReasonDetail(StepView):
    """One reason. It is deleted only while no application ended with it; else it is retired."""

    permissions = {"PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(request=ReasonChange, responses={200: ReasonRow, 204: None})
    def patch(self, request: Request, pk: UUID) -> Response:
        step, said = load(DispositionReason, pk), ReasonChange(data=request.data).sent()
        if not self.changed(step, said):
            return Response(status=204)
        return Response(ReasonRow(load(DispositionReason, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        self.changed(load(DispositionReason, pk), {"retired": True})
        return Response(status=204)
