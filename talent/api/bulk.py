"""Acts on many people for machines: what they would do, start, progress, stop, undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api import pages
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.lists import of_the_list
from talent.models import BulkOperation
from talent.services import bulk, bulk_acts
from talent.services.bulk import CannotUndo, Chosen
from talent.services.bulk_acts import Act, ActRefused
from talent.services.kept_rules import MOST_LETTERS

EDIT = Permission.CANDIDATE_EDIT


class OperationRow(serializers.ModelSerializer[BulkOperation]):
    """An act on many people and how far it is."""

    class Meta:
        model = BulkOperation
        fields = ["id", "act", "title", "state", "total", "worked", "changed", "already", "skipped", "undone", "kept"]
        fields += ["problem", "actor_label", "started_at", "finished_at", "undo_until", "undone_by"]
        read_only_fields = fields


class OperationPage(serializers.Serializer[Any]):
    """A page of operations, the latest first."""

    results = OperationRow(many=True)
    next = serializers.CharField(allow_null=True)


class OperationIn(StrictSerializer):
    """An act, its parameters, and whom it is for: `ids`, or `query`, a query string of the list ("" is everybody)."""

    act = serializers.CharField(max_length=32)
    parameters = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=200), required=False)
    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=10_000)
    query = serializers.CharField(required=False, allow_blank=True, max_length=MOST_LETTERS, validators=[of_the_list])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("query" in attrs):
            raise ValidationError("Say for whom: either “ids” or “query”.")
        return attrs


class ForecastRow(serializers.Serializer[Any]):
    """What an act would do."""

    title = serializers.CharField()
    total = serializers.IntegerField()
    already = serializers.IntegerField()
    left_out = serializers.DictField(child=serializers.IntegerField(), help_text="Reason -> how many people.")


class LeftOutRow(serializers.Serializer[Any]):
    """Somebody to whom it was not done or not undone."""

    candidate_id = serializers.UUIDField()
    name = serializers.CharField()
    reason = serializers.CharField()


class _Asking(TenantAPIView):
    """What starting and previewing share."""

    def asked(self, request: Request) -> tuple[Act, Chosen, dict[str, str]]:
        said = OperationIn(data=request.data).sent()
        act = bulk_acts.acts.get(said["act"])
        if act is None:
            raise ValidationError({"act": [f"One of: {', '.join(bulk_acts.acts)}."]})
        if act.permission not in self.held:
            raise PermissionDenied("Your role may not do this.")
        return act, Chosen(said.get("ids", ()), said.get("query")), said.get("parameters", {})


class OperationList(_Asking):
    """What was done lately; a new operation."""

    permissions = {"GET": EDIT, "POST": EDIT}

    @extend_schema(operation_id="bulk_operations_list", parameters=[pages.LIMIT, pages.BEFORE], responses=OperationPage)
    def get(self, request: Request) -> Response:
        limit = pages.limit_of(request)
        rows = bulk.recently(limit=limit + 1, before=pages.uuid_of(request, "before"))
        return Response(pages.answer(request, list(OperationRow(rows[:limit], many=True).data), len(rows) > limit))

    @extend_schema(request=OperationIn, responses={201: OperationRow, 202: OperationRow})
    def post(self, request: Request) -> Response:
        """201 when it is done already, 202 when it goes on in the background: ask for it again."""
        act, chosen, values = self.asked(request)
        try:
            operation = bulk.start(act=act, chosen=chosen, values=values, by=self.actor, now=timezone.now())
        except ActRefused as error:
            raise ValidationError({"parameters": [str(error)]}) from error
        return Response(OperationRow(operation).data, status=202 if operation.is_open else 201)


class OperationPreview(_Asking):
    """What an act would do, counted; nothing is changed."""

    permissions = {"POST": EDIT}

    @extend_schema(request=OperationIn, responses=ForecastRow)
    def post(self, request: Request) -> Response:
        act, chosen, values = self.asked(request)
        try:
            found, title = bulk.forecast(act=act, chosen=chosen, values=values, by=self.actor, now=timezone.now())
        except ActRefused as error:
            raise ValidationError({"parameters": [str(error)]}) from error
        left_out = {reason: who.count() for reason, who in found.left_out.items()}
        return Response({"title": title, "total": found.total, "already": found.already, "left_out": left_out})


class OperationDetail(TenantAPIView):
    """One operation: how far it is."""

    permissions = {"GET": EDIT}

    @extend_schema(responses=OperationRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(OperationRow(load(BulkOperation, pk)).data)


class OperationLeftOut(TenantAPIView):
    """To whom it was not done, or not undone, and why; 100 of them."""

    permissions = {"GET": EDIT}

    @extend_schema(responses=LeftOutRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(LeftOutRow(bulk.left_out(load(BulkOperation, pk)), many=True).data)


class OperationUndo(TenantAPIView):
    """Take an operation back as a whole."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses={200: OperationRow, 202: OperationRow})
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            operation = bulk.undo(operation=load(BulkOperation, pk), by=self.actor, now=timezone.now())
        except CannotUndo as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(OperationRow(operation).data, status=202 if operation.is_open else 200)


class OperationStop(TenantAPIView):
    """End a running operation where it stands."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses=OperationRow)
    def post(self, request: Request, pk: UUID) -> Response:
        operation = bulk.stop(operation=load(BulkOperation, pk), by=self.actor, now=timezone.now())
        return Response(OperationRow(operation).data)


class OperationResume(TenantAPIView):
    """Let a stopped or failed operation go on."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses=OperationRow)
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(OperationRow(bulk.resume(operation=load(BulkOperation, pk), by=self.actor)).data)
