"""Tags and skills for machines."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.shapes import NamedRow
from talent.models import Skill, Tag

MOST = 1000
WORDS = [OpenApiParameter("q", OpenApiTypes.STR, description="A part of the name.")]


def _words(request: Request) -> str:
    return request.query_params.get("q", "").replace("\x00", "")[:80]


class TagList(TenantAPIView):
    """The tags of the workspace by name, 1,000 at most."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(parameters=WORDS, responses=NamedRow(many=True))
    def get(self, request: Request) -> Response:
        rows = Tag.objects.filter(name__icontains=_words(request))[:MOST]
        return Response(NamedRow(rows, many=True).data)


class SkillList(TenantAPIView):
    """The skills of the workspace by name, 1,000 at most."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(parameters=WORDS, responses=NamedRow(many=True))
    def get(self, request: Request) -> Response:
        rows = Skill.objects.filter(name__icontains=_words(request))[:MOST]
        return Response(NamedRow(rows, many=True).data)
