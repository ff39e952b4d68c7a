"""A person's working life and schooling for machines: jobs, schools, courses, degrees."""

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
from talent.api.shapes import JobRow, SchoolRow
from talent.forms.history import Dated, EducationForm, EmploymentForm
from talent.models import Candidate, Education, Employment
from talent.models.history import YEAR_OR_MONTH
from talent.services import educations, employments

VIEW, EDIT = Permission.CANDIDATE_VIEW, Permission.CANDIDATE_EDIT


def _text(longest: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, **options)


class EmploymentChange(StrictSerializer):
    """A job to add, or what to change of one: what is left out stays. Dates are `YYYY` or `YYYY-MM`, or empty."""

    title = _text(200)
    company = _text(200)
    start = _text(7, validators=[YEAR_OR_MONTH])
    end = _text(7, validators=[YEAR_OR_MONTH])
    is_current = serializers.BooleanField(required=False)


class EducationChange(StrictSerializer):
    """A school, course or degree to add, or what to change of one: what is left out stays. Dates as in a job."""

    institution = _text(200)
    degree = _text(200)
    start = _text(7, validators=[YEAR_OR_MONTH])
    end = _text(7, validators=[YEAR_OR_MONTH])


def _checked(form: type[Dated], row: Employment | Education, said: dict[str, Any]) -> Any:
    """The row with what was said, by the rules of the page's own form. Raises ValidationError."""
    filled = form({name: getattr(row, name) for name in form.base_fields} | said, instance=row)
    if not filled.is_valid():
        wrong = {name: [str(one) for one in found] for name, found in filled.errors.items()}
        raise ValidationError({"detail" if name == "__all__" else name: texts for name, texts in wrong.items()})
    return filled.instance


class EmploymentList(TenantAPIView):
    """A person's jobs, the one of now first; one more."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=JobRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(JobRow(Employment.objects.filter(candidate=load(Candidate, pk)), many=True).data)

    @extend_schema(request=EmploymentChange, responses={201: JobRow})
    def post(self, request: Request, pk: UUID) -> Response:
        job, said = Employment(candidate=load(Candidate, pk)), EmploymentChange(data=request.data).sent()
        job = _checked(EmploymentForm, job, said)
        employments.save(employment=job, by=self.actor, now=timezone.now())
        return Response(JobRow(job).data, status=201)


class EmploymentDetail(TenantAPIView):
    """One job of a person."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=EmploymentChange, responses=JobRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        job = _checked(EmploymentForm, load(Employment, pk), EmploymentChange(data=request.data).sent())
        employments.save(employment=job, by=self.actor, now=timezone.now())
        return Response(JobRow(job).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        employments.remove(employment=load(Employment, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class EducationList(TenantAPIView):
    """A person's schools, courses and degrees, the latest first; one more."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=SchoolRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(SchoolRow(Education.objects.filter(candidate=load(Candidate, pk)), many=True).data)

    @extend_schema(request=EducationChange, responses={201: SchoolRow})
    def post(self, request: Request, pk: UUID) -> Response:
        school, said = Education(candidate=load(Candidate, pk)), EducationChange(data=request.data).sent()
        school = _checked(EducationForm, school, said)
        educations.save(education=school, by=self.actor, now=timezone.now())
        return Response(SchoolRow(school).data, status=201)


class EducationDetail(TenantAPIView):
    """One school, course or degree."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=EducationChange, responses=SchoolRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        school = _checked(EducationForm, load(Education, pk), EducationChange(data=request.data).sent())
        educations.save(education=school, by=self.actor, now=timezone.now())
        return Response(SchoolRow(school).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        educations.remove(education=load(Education, pk), by=self.actor, now=timezone.now())
        return Response(status=204)
