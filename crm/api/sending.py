"""The kill switch in the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from crm.services import tenants


class KillSwitchSerializer(StrictSerializer):
    """Whether all sending of the workspace is stopped."""

    is_stopped = serializers.BooleanField(source="sending_stopped")


class KillSwitch(TenantAPIView):
    """The kill switch: while sending is stopped, no message leaves. What became due meanwhile goes afterwards."""

    permissions = {"GET": Permission.TENANT_MANAGE, "PUT": Permission.TENANT_MANAGE}

    @extend_schema(responses=KillSwitchSerializer)
    def get(self, request: Request) -> Response:
        return Response(KillSwitchSerializer(self.tenant).data)

    @extend_schema(request=KillSwitchSerializer, responses=KillSwitchSerializer)
    def put(self, request: Request) -> Response:
        is_stopped = KillSwitchSerializer(data=request.data).sent()["sending_stopped"]
        switch = tenants.stop_sending if is_stopped else tenants.resume_sending
        switch(workspace=self.tenant, by=self.actor)
        return Response(KillSwitchSerializer(self.tenant).data)
