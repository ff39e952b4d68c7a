"""Message templates for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import MessageTemplate
from outreach.services import message_templates, overview, templates


class TemplateSerializer(serializers.ModelSerializer[MessageTemplate]):
    """A template; `problems` are sentences: it is never sent while there are any."""

    problems = serializers.SerializerMethodField()

    class Meta:
        model = MessageTemplate
        fields = ["id", "name", "subject", "body", "problems", "used_count", "created_at", "updated_at"]
        read_only_fields = ["id", "used_count", "created_at", "updated_at"]
        validators: list[Any] = []

    def get_problems(self, template: MessageTemplate) -> list[str]:
        return [str(problem) for problem in templates.check(subject=template.subject, body=template.body)]


def _save(view: TenantAPIView, request: Request, template: MessageTemplate | None) -> Response:
    serializer = TemplateSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    try:
        row = message_templates.save(template=template, by=view.actor, **serializer.validated_data)
    except message_templates.NameTaken as error:
        raise ValidationError({"name": [str(error)]}) from error
    return Response(TemplateSerializer(row).data, status=200 if template else 201)


class TemplateList(TenantAPIView):
    """All templates; a new one."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=TemplateSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(TemplateSerializer(overview.template_rows(), many=True).data)

    @extend_schema(request=TemplateSerializer, responses={201: TemplateSerializer})
    def post(self, request: Request) -> Response:
        return _save(self, request, None)


class TemplateDetail(TenantAPIView):
    """One template."""

    permissions = {
        "GET": Permission.OUTREACH_VIEW,
        "PUT": Permission.OUTREACH_EDIT,
        "DELETE": Permission.OUTREACH_EDIT,
    }

    @extend_schema(responses=TemplateSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(TemplateSerializer(load(MessageTemplate, pk)).data)

    @extend_schema(request=TemplateSerializer, responses=TemplateSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        return _save(self, request, load(MessageTemplate, pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            message_templates.delete(template=load(MessageTemplate, pk), by=self.actor)
        except message_templates.InUse as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)
