"""What a member says of themselves, for their own programs; an API key is nobody and has no profile."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from crm import viewing
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.choices import time_zones
from crm.models import Member
from crm.models.member import HTTPS
from crm.permissions import Permission
from crm.services import members


class ProfileSerializer(StrictSerializer):
    """Name and time zone (IANA) go with the log-in, the rest with this workspace."""

    name = serializers.CharField(max_length=120)
    time_zone = serializers.ChoiceField(choices=time_zones())
    title = serializers.CharField(max_length=120, allow_blank=True, help_text="Job title.")
    phone = serializers.CharField(max_length=40, allow_blank=True)
    booking_link = serializers.URLField(
        max_length=300, allow_blank=True, validators=[HTTPS], help_text="Where candidates choose a time; https."
    )


class Profile(TenantAPIView):
    """The caller's own: what mails say of whoever sends them."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "PATCH": Permission.CANDIDATE_VIEW}

    def me(self) -> Member:
        key = viewing.viewer().member_id
        found = members.of(self.tenant).filter(pk=key).first() if key else None
        if found is None:
            raise PermissionDenied("An API key is nobody: it has no profile.")
        return found

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request) -> Response:
        return Response(members.said(self.me()))

    @extend_schema(request=ProfileSerializer, responses=ProfileSerializer)
    def patch(self, request: Request) -> Response:
        """Changes what is sent, and leaves the rest."""
        member = self.me()
        wanted = members.said(member) | ProfileSerializer(data=request.data, partial=True).sent()
        members.describe(member=member, by=self.actor, **wanted)
        return Response(members.said(member))
