"""What can be asked, shown and done, for machines: fields of rules, columns, acts, sources."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.choices import SourceKind
from talent.filters import catalogue
from talent.models import Source
from talent.services import bulk_acts, columns
from talent.services.bulk_acts import Act, Input

Shape = serializers.Serializer[Any]
VIEW, EDIT = Permission.CANDIDATE_VIEW, Permission.CANDIDATE_EDIT
MOST = 1000


class ValueRow(Shape):
    """A value as it is sent, and as people read it."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class OperatorRow(Shape):
    """How a field can be asked; `value` says what must be sent with it."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class RuleFieldRow(Shape):
    """A field of a filter tree. `choices` null: any value may be written."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    group = serializers.CharField()
    type = serializers.CharField()
    unit = serializers.CharField()
    operators = OperatorRow(many=True)
    choices = ValueRow(many=True, allow_null=True)
    ratings = ValueRow(many=True, allow_null=True)


class ColumnRow(Shape):
    """A column of lists and exports; `sort` is how the list is sorted by it, empty when it is not."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    sort = serializers.CharField()
    usual = serializers.BooleanField()


class InputRow(Shape):
    """What an act must be told; without `choices`, a text."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    choices = ValueRow(many=True, allow_null=True)


class ActRow(Shape):
    """An act on many people; one that is `final` cannot be undone."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    parameters = InputRow(many=True)
    final = serializers.BooleanField()


class KnownSource(Shape):
    """A way by which people came to us."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(SourceKind.choices)


class RuleFields(TenantAPIView):
    """What rules of segments, filters and searches can ask, the workspace's own fields last."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="rule_fields", responses=RuleFieldRow(many=True))
    def get(self, request: Request) -> Response:
        return Response([{n: v for n, v in one.items() if n != "suggest_url"} for one in catalogue.offered(str)])


class Columns(TenantAPIView):
    """The columns that exports and lists can show to the caller's role."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="columns", responses=ColumnRow(many=True))
    def get(self, request: Request) -> Response:
        found = columns.offered(self.role)
        return Response(
            [{"name": c.name, "label": c.label, "sort": c.sort, "usual": c.name in columns.USUAL} for c in found]
        )


def _input(one: Input) -> dict[str, Any]:
    choices = [{"value": key, "label": words} for key, words in one.choices()] if one.choices else None
    return {"name": one.name, "label": one.label, "choices": choices}


def _act(act: Act) -> dict[str, Any]:
    parameters = [_input(one) for one in act.inputs]
    return {"name": act.name, "label": act.label, "parameters": parameters, "final": act.undo is None}


class Acts(TenantAPIView):
    """The acts on many people that the caller's role may do, with what each must be told."""

    permissions = {"GET": EDIT}

    @extend_schema(operation_id="bulk_operations_acts", responses=ActRow(many=True))
    def get(self, request: Request) -> Response:
        return Response([_act(act) for act in bulk_acts.offered(self.held)])


class Sources(TenantAPIView):
    """Where people come from, by name, 1,000 at most: for a person's `source_id`."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="sources_list", responses=KnownSource(many=True))
    def get(self, request: Request) -> Response:
        return Response(KnownSource(Source.objects.all()[:MOST], many=True).data)
