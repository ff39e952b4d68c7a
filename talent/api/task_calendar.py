"""The secret address of a member's calendar of tasks, for machines that act for a member."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.permissions import Permission
from talent.api.own import OwnView
from talent.services import calendar_feed

VIEW = Permission.CANDIDATE_VIEW


class CalendarState(serializers.Serializer[Any]):
    """Whether there is an address."""

    exists = serializers.BooleanField()


class CalendarAddress(serializers.Serializer[Any]):
    """The address, shown this once; whoever knows it reads the member's open tasks."""

    address = serializers.CharField()


class TaskCalendar(OwnView):
    """The calendar of one's own tasks that other programs subscribe to."""

    permissions = {"GET": VIEW, "POST": VIEW, "DELETE": VIEW}
    what = "Calendars"

    @extend_schema(operation_id="tasks_calendar", responses=CalendarState)
    def get(self, request: Request) -> Response:
        return Response({"exists": calendar_feed.exists(self.member())})

    @extend_schema(operation_id="tasks_calendar_renew", request=None, responses={201: CalendarAddress})
    def post(self, request: Request) -> Response:
        """A new address; the one before works no longer."""
        address = calendar_feed.renew(member=self.member(), slug=self.tenant.slug, by=self.actor)
        return Response({"address": address}, status=201)

    @extend_schema(operation_id="tasks_calendar_revoke", responses={204: None})
    def delete(self, request: Request) -> Response:
        calendar_feed.revoke(member=self.member(), by=self.actor)
        return Response(status=204)
