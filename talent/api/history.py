"""A person's working life and schooling for machines: jobs, schools, courses, degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
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


@dataclass(frozen=True)
class _Kind:
    """One kind of row: what it is made of, checked by and shown as, and the service that keeps it."""

    model: type[Any]
    form: type[Dated]
    change: type[StrictSerializer]
    row: type[serializers.Serializer[Any]]
    service: Any


JOBS = _Kind(Employment, EmploymentForm, EmploymentChange, JobRow, employments)
SCHOOLS = _Kind(Education, EducationForm, EducationChange, SchoolRow, educations)


class _Rows(TenantAPIView):
    kind: ClassVar[_Kind]

    def _how(self, row: Any) -> dict[str, Any]:
        return {self.kind.model._meta.model_name: row, "by": self.actor, "now": timezone.now()}

    def _kept(self, request: Request, row: Any, status: int) -> Response:
        """The row with what was said, stored."""
        row = _checked(self.kind.form, row, self.kind.change(data=request.data).sent())
        self.kind.service.save(**self._how(row))
        return Response(self.kind.row(row).data, status=status)


class _RowsOfPerson(_Rows):
    permissions = {"GET": VIEW, "POST": EDIT}

    def get(self, request: Request, pk: UUID) -> Response:
        rows = self.kind.model.objects.filter(candidate=load(Candidate, pk))
        return Response(self.kind.row(rows, many=True).data)

    def post(self, request: Request, pk: UUID) -> Response:
        return self._kept(request, self.kind.model(candidate=load(Candidate, pk)), 201)


class _OneRow(_Rows):
    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    def patch(self, request: Request, pk: UUID) -> Response:
        return self._kept(request, load(self.kind.model, pk), 200)

    def delete(self, request: Request, pk: UUID) -> Response:
        self.kind.service.remove(**self._how(load(self.kind.model, pk)))
        return Response(status=204)


@extend_schema_view(
    get=extend_schema(responses=JobRow(many=True)),
    post=extend_schema(request=EmploymentChange, responses={201: JobRow}),
)
class EmploymentList(_RowsOfPerson):
    """A person's jobs, the one of now first; one more."""

    kind = JOBS


@extend_schema_view(
    patch=extend_schema(request=EmploymentChange, responses=JobRow), delete=extend_schema(responses={204: None})
)
class EmploymentDetail(_OneRow):
    """One job of a person."""

    kind = JOBS


@extend_schema_view(
    get=extend_schema(responses=SchoolRow(many=True)),
    post=extend_schema(request=EducationChange, responses={201: SchoolRow}),
)
class EducationList(_RowsOfPerson):
    """A person's schools, courses and degrees, the latest first; one more."""

    kind = SCHOOLS


@extend_schema_view(
    patch=extend_schema(request=EducationChange, responses=SchoolRow), delete=extend_schema(responses={204: None})
)
class EducationDetail(_OneRow):
    """One school, course or degree."""

    kind = SCHOOLS
