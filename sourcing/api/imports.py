"""Imports of tables for machines: upload, map, run, follow."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from crm.services.files import FileRefused
from sourcing.choices import Target
from sourcing.models import ImportBatch
from sourcing.services import imports, mapping, reports
from sourcing.services.imports import MappingRefused, WrongState
from sourcing.services.tables import TableRefused


class TableUpload(serializers.Serializer[Any]):
    """A CSV or XLSX file; `mapping` names the target of each column in order, else it is guessed.

    A target is one of the known ones, or `custom.` and the key of a field of the workspace's own.
    """

    file = serializers.FileField()
    mapping = serializers.ListField(child=serializers.CharField(max_length=60, allow_blank=True), required=False)
    tag = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")

    def validate_mapping(self, value: list[str]) -> list[str]:
        known = {*Target.values, *(target for target, _ in mapping.own_fields(self.context["role"]))}
        if unknown := [target for target in value if target not in known]:
            raise serializers.ValidationError(f"“{unknown[0]}” is no target for a column.")
        return value


class BatchOut(serializers.Serializer[ImportBatch]):
    """One import with what its rows became, or would become while it waits."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    mapping = serializers.ListField(child=serializers.CharField(allow_blank=True))
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expected = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()

    def get_expected(self, batch: ImportBatch) -> dict[str, int]:
        return batch.rows.expected()

    def get_results(self, batch: ImportBatch) -> dict[str, int]:
        return {state.value: count for state, count in reports.of_batch(batch, only="", after="").sums}


class ImportListView(TenantAPIView):
    """The newest imports; bring a table in."""

    permissions = {"GET": Permission.CANDIDATE_IMPORT, "POST": Permission.CANDIDATE_IMPORT}

    @extend_schema(responses=BatchOut(many=True), operation_id="imports_list")
    def get(self, request: Request) -> Response:
        return Response([BatchOut(batch).data for batch in reports.recent()])

    @extend_schema(request={"multipart/form-data": TableUpload}, responses={201: BatchOut})
    def post(self, request: Request) -> Response:
        """Upload and check a table; `POST .../run/` starts it. Nothing becomes a candidate before."""
        form = TableUpload(data=request.data, context={"role": self.role})
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        try:
            batch = imports.upload(content=file.read(), name=file.name, by=self.actor)
            chosen = form.validated_data.get("mapping") or batch.mapping
            if len(chosen) != len(batch.columns):
                raise MappingRefused(f"The table has {len(batch.columns)} columns, the mapping {len(chosen)}.")
            imports.check(batch=batch, chosen=chosen, tag=form.validated_data["tag"], by=self.actor)
        except (FileRefused, TableRefused) as error:
            raise serializers.ValidationError({"file": [str(error)]}) from error
        except MappingRefused as error:
            raise serializers.ValidationError({"mapping": [str(error)]}) from error
        return Response(BatchOut(batch).data, status=status.HTTP_201_CREATED)


class ImportView(TenantAPIView):
    """One import."""

    permissions = {"GET": Permission.CANDIDATE_IMPORT}

    @extend_schema(responses=BatchOut)
    def get(self, request: Request, pk: str) -> Response:
        return Response(BatchOut(load(ImportBatch, pk)).data)


class ImportRunView(TenantAPIView):
    """Start a checked import in the background; starting it twice changes nothing."""

    permissions = {"POST": Permission.CANDIDATE_IMPORT}

    @extend_schema(request=None, responses={202: BatchOut})
    def post(self, request: Request, pk: str) -> Response:
        try:
            batch = imports.start(batch=load(ImportBatch, pk), by=self.actor)
        except WrongState as error:
            raise serializers.ValidationError({"state": [str(error)]}) from error
        return Response(BatchOut(batch).data, status=status.HTTP_202_ACCEPTED)
