"""Links into the portal, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from portal.services import links
from talent.models import Candidate


class PortalLinkSerializer(serializers.Serializer[Any]):
    """An invitation. `url` is told once; opening it has a code sent to the person's own e-mail address."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    expires_at = serializers.DateTimeField()


class PortalLinkList(TenantAPIView):
    """Makes an invitation into the portal. Nothing is sent: the caller hands the link over."""

    permissions = {"POST": Permission.CANDIDATE_EDIT}

    @extend_schema(request=None, responses={201: PortalLinkSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        person = load(Candidate, pk)
        link, url = links.invite(tenant=self.tenant, candidate=person, by=self.actor, now=timezone.now())
        made = PortalLinkSerializer({"id": link.pk, "url": url, "expires_at": link.expires_at})
        return Response(made.data, status=201)
