"""API keys and the audit log in the API."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api import pages
from crm.api.serializers import ApiKeySerializer, AuditEntrySerializer, NewApiKey
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from crm.services import api_keys, audit

KEYS = Permission.API_KEY_MANAGE


class ApiKeyList(TenantAPIView):
    """Keys of the workspace, and a new one. Its secret comes with the answer to POST, once."""

    permissions = {"GET": KEYS, "POST": KEYS}

    @extend_schema(responses=ApiKeySerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response({"results": ApiKeySerializer(api_keys.listing(), many=True).data})

    @extend_schema(request=NewApiKey, responses={201: ApiKeySerializer})
    def post(self, request: Request) -> Response:
        wanted = NewApiKey(data=request.data)
        wanted.is_valid(raise_exception=True)
        key, secret = api_keys.create(by=self.actor, **wanted.validated_data)
        return Response({**ApiKeySerializer(key).data, "secret": secret}, status=201)


class ApiKeyDetail(TenantAPIView):
    """One key; DELETE revokes it at once."""

    permissions = {"DELETE": KEYS}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        api_keys.revoke(key=load(api_keys.working(), pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class AuditList(TenantAPIView):
    """The audit log, newest first, in keyset pages."""

    permissions = {"GET": Permission.AUDIT_VIEW}

    @extend_schema(
        parameters=[
            OpenApiParameter("action", str, description="How the action begins, such as `member.`"),
            OpenApiParameter("person", OpenApiTypes.UUID, description="The member or key that did it."),
            OpenApiParameter("before", OpenApiTypes.UUID, description="The last entry of the page before."),
            OpenApiParameter("limit", int),
        ],
        responses=AuditEntrySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        entries, has_older = audit.page(
            limit=pages.limit_of(request),
            action=request.query_params.get("action", ""),
            person=pages.uuid_of(request, "person"),
            before=pages.uuid_of(request, "before"),
        )
        return Response(pages.answer(request, list(AuditEntrySerializer(entries, many=True).data), has_older))
