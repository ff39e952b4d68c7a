"""A member's notifications for their own programs; an API key is nobody and has none."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm import viewing
from crm.api import pages
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.models import Notification
from crm.permissions import Permission
from crm.services import notifications


class NotificationRow(serializers.ModelSerializer):
    class Meta:
        model = Notification
        fields = ["id", "kind", "text", "url", "by_label", "read_at", "created_at"]
        read_only_fields = fields


class ReadIn(StrictSerializer):
    """Which to mark as read; all of them when none is named."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=500, required=False)


class ReadOut(serializers.Serializer):
    """How many were marked."""

    marked = serializers.IntegerField()


class NotificationList(TenantAPIView):
    """The latest notifications of the member; POST marks them as read."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "POST": Permission.CANDIDATE_VIEW}

    @extend_schema(parameters=[pages.LIMIT], responses=NotificationRow(many=True))
    def get(self, request: Request) -> Response:
        rows = Notification.objects.filter(member_id=viewing.viewer().member_id)[: pages.limit_of(request)]
        return Response({"results": NotificationRow(rows, many=True).data})

    @extend_schema(request=ReadIn, responses=ReadOut)
    def post(self, request: Request) -> Response:
        said = ReadIn(data=request.data).sent()
        member_id = viewing.viewer().member_id
        me = self.tenant.members.filter(pk=member_id).first() if member_id else None
        marked = notifications.mark_read(member=me, now=timezone.now(), ids=said.get("ids")) if me else 0
        return Response({"marked": marked})
