"""What our jobs ask for, for machines."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.jobs import RequirementRow
from talent.choices_jobs import RequirementKind
from talent.models import Job, JobRequirement
from talent.services import jobs

VIEW, EDIT = Permission.CANDIDATE_VIEW, Permission.CANDIDATE_EDIT


class RequirementIn(StrictSerializer):
    """Something that a job asks for; `must` false: it would be nice to have."""

    text = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(RequirementKind.choices, required=False, default=RequirementKind.SKILL)
    must = serializers.BooleanField(required=False, default=True)


class RequirementList(TenantAPIView):
    """What a job asks for, the musts first; one more thing."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="jobs_requirements_list", responses=RequirementRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(RequirementRow(jobs.requirements(load(Job, pk)), many=True).data)

    @extend_schema(request=RequirementIn, responses={201: RequirementRow})
    def post(self, request: Request, pk: UUID) -> Response:
        job, said = load(Job, pk), RequirementIn(data=request.data).sent()
        return Response(RequirementRow(jobs.require(job=job, by=self.actor, **said)).data, status=201)


class RequirementDetail(TenantAPIView):
    """One thing that a job asks for: it can be asked for no longer."""

    permissions = {"DELETE": EDIT}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        jobs.no_longer_require(requirement=load(JobRequirement, pk), by=self.actor)
        return Response(status=204)
