"""Somebody said "not now", for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from crm.services.undo import NothingToUndo
from outreach.services import not_now
from outreach.services.clock import database_now
from talent.models import Candidate
from talent.services.preferences import NotADay


class NotNowIn(StrictSerializer):
    """Without a day, the cool-down of the rules of contact."""

    until = serializers.DateField(default=None, allow_null=True)


class NotNowOut(serializers.Serializer[Any]):
    """Until when nothing is begun; `undo` takes it back for an hour."""

    until = serializers.DateField()
    sequences = serializers.IntegerField(help_text="How many sequences ended.")
    undo = serializers.CharField(source="token")


class NotNow(TenantAPIView):
    """They said: not now. Nothing is begun with them for a while, and their sequences end. Answers still go."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(operation_id="candidate_not_now", request=NotNowIn, responses=NotNowOut)
    def post(self, request: Request, pk: UUID) -> Response:
        said = NotNowIn(data=request.data)
        said.is_valid(raise_exception=True)
        candidate, until = load(Candidate, pk), said.validated_data["until"]
        try:
            rest = not_now.say(candidate=candidate, until=until, by=self.actor, now=database_now())
        except NotADay as error:
            raise serializers.ValidationError({"until": [str(error)]}) from error
        return Response(NotNowOut(rest).data)


class NotNowUndo(TenantAPIView):
    """Takes it back: the pause is as before, and the sequences go on where they stood."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(operation_id="candidate_not_now_undo", request=None, responses={204: None})
    def post(self, request: Request, token: str) -> Response:
        try:
            not_now.take_back(token=token, by=self.actor, now=database_now())
        except NothingToUndo as error:
            raise NotFound(str(error)) from error
        return Response(status=204)
