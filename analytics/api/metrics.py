"""The metric catalogue for machines: what is measured, how it is counted, and the numbers."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import metrics
from analytics.services import spans
from analytics.services.spans import NotASpan, Span
from crm.access import zone
from crm.api.views import TenantAPIView
from crm.permissions import Permission

PERIOD = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day, in the workspace's time zone."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day. Without both: the last 90 days."),
    OpenApiParameter("days", int, enum=[30, 90, 365], description="The last days instead, today included."),
]


class Period(serializers.Serializer[Any]):
    """The period of an address: `from` and `to`, or `days`."""

    to = serializers.DateField(required=False)
    days = serializers.ChoiceField([30, 90, 365], default=90)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(required=False), **super().get_fields()}

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if ("from" in said) != ("to" in said):
            raise ValidationError("Give both days, from and to, or none.")
        return said


class MetricSerializer(serializers.Serializer[Any]):
    """A figure that can be asked for."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()


class ColumnSerializer(MetricSerializer):
    """One series of an answer."""


class RowSerializer(serializers.Serializer[Any]):
    """One line: the number of each column by the column's name."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    values = serializers.DictField(child=serializers.IntegerField())


class AnswerSerializer(MetricSerializer):
    """A figure and its numbers for the period."""

    first = serializers.DateField()
    last = serializers.DateField()
    columns = ColumnSerializer(many=True)
    rows = RowSerializer(many=True)


class MetricList(TenantAPIView):
    """Every figure with its definition."""

    permissions = {"GET": Permission.ANALYTICS_VIEW}

    @extend_schema(responses=MetricSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response({"results": MetricSerializer(metrics.METRICS, many=True).data})


class MetricDetail(TenantAPIView):
    """One figure for a period; the same numbers as on the page."""

    permissions = {"GET": Permission.ANALYTICS_VIEW}

    def _span(self, request: Request) -> Span:
        period, place = Period(data=request.query_params), zone(self.tenant.time_zone)
        period.is_valid(raise_exception=True)
        said = period.validated_data
        try:
            if "from" in said:
                return spans.between(said["from"], said["to"], place)
            return spans.latest(said["days"], timezone.now(), place)
        except NotASpan as error:
            raise ValidationError({"to": str(error)}) from error

    @extend_schema(parameters=PERIOD, responses=AnswerSerializer)
    def get(self, request: Request, name: str) -> Response:
        metric = metrics.BY_NAME.get(name)
        if metric is None:
            raise Http404
        span = self._span(request)
        table = metric.compute(span)
        names = [column.name for column in table.columns]
        rows = [
            {"key": row.key, "label": row.label, "values": dict(zip(names, (c.value for c in row.cells), strict=True))}
            for row in table.rows
        ]
        about = {"name": metric.name, "label": metric.label, "definition": metric.definition}
        period = {"first": span.first, "last": span.last}
        return Response(AnswerSerializer({**about, **period, "columns": table.columns, "rows": rows}).data)
