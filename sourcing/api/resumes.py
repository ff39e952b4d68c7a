"""Résumés for machines: send one, follow its reading."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from crm.services.files import FileRefused
from sourcing.models import ParsedDocument
from sourcing.services import reports, resumes


class ResumeUpload(serializers.Serializer[Any]):
    """One résumé: PDF, DOCX, ODT, RTF, HTML or plain text, up to 15 MB."""

    file = serializers.FileField()


class ReadingOut(serializers.Serializer[Any]):
    """One value, the words it was read from, and how sure the reader is (0 to 100)."""

    value = serializers.CharField()
    snippet = serializers.CharField()
    percent = serializers.IntegerField()


class ResumeOut(serializers.Serializer[ParsedDocument]):
    """A résumé on its way in; `readings` by field once it was read."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="file.name")
    state = serializers.CharField()
    problem = serializers.CharField()
    candidate_id = serializers.UUIDField(allow_null=True)
    readings = serializers.SerializerMethodField()

    @extend_schema(responses=ReadingOut(many=True))
    def get_readings(self, document: ParsedDocument) -> dict[str, list[dict[str, Any]]]:
        return dict(reports.readings(document))


class ResumeListView(TenantAPIView):
    """Send a résumé."""

    permissions = {"POST": Permission.CANDIDATE_IMPORT}

    @extend_schema(request={"multipart/form-data": ResumeUpload}, responses={202: ResumeOut})
    def post(self, request: Request) -> Response:
        """It is kept at once and read in the background; follow it at its own address."""
        form = ResumeUpload(data=request.data)
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        try:
            document = resumes.upload(
                content=file.read(),
                name=file.name,
                content_type=file.content_type or "",
                by=self.actor,
                now=timezone.now(),
            )
        except FileRefused as error:
            raise serializers.ValidationError({"file": [str(error)]}) from error
        return Response(ResumeOut(document).data, status=status.HTTP_202_ACCEPTED)


class ResumeView(TenantAPIView):
    """One résumé and what was read from it."""

    permissions = {"GET": Permission.CANDIDATE_IMPORT}

    @extend_schema(responses=ResumeOut)
    def get(self, request: Request, pk: str) -> Response:
        return Response(ResumeOut(load(ParsedDocument.objects.select_related("file"), pk)).data)
