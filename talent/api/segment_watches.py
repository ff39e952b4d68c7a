"""Hearing of newcomers in a segment, for machines that act for a member."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from talent.models import Segment
from talent.services import segment_watches


class WatchRow(serializers.Serializer[Any]):
    """Whether the member is told, by a notification, of who enters the segment."""

    is_watched = serializers.BooleanField()


class SegmentWatched(TenantAPIView):
    """One's own watch on a segment."""

    permissions = dict.fromkeys(("GET", "PUT", "DELETE"), Permission.CANDIDATE_VIEW)

    def _member(self) -> Member:
        key = self.actor.member_id
        if key is None:
            raise PermissionDenied("Members are told; a key is nobody to tell. Ask for the segment's intervals.")
        return Member.objects.get(pk=key)

    @extend_schema(operation_id="segments_watch_state", responses=WatchRow)
    def get(self, request: Request, pk: UUID) -> Response:
        is_on = segment_watches.is_watched(segment=load(Segment, pk), member=self._member())
        return Response(WatchRow({"is_watched": is_on}).data)

    @extend_schema(operation_id="segments_watch", request=None, responses={204: None})
    def put(self, request: Request, pk: UUID) -> Response:
        return self._set(pk, is_on=True)

    @extend_schema(operation_id="segments_unwatch", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        return self._set(pk, is_on=False)

    def _set(self, pk: UUID, *, is_on: bool) -> Response:
        segment_watches.watch(segment=load(Segment, pk), member=self._member(), is_on=is_on)
        return Response(status=204)
