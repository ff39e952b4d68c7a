"""The door of an event, for machines: who was scanned, and who comes without being on the list."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from talent.api.candidates import EDIT
from talent.api.recruiting_events import AttendanceRow, Shape
from talent.choices import ConsentPurpose
from talent.choices_events import AttendanceState
from talent.identity import NotAContactPoint
from talent.models import Attendance, RecruitingEvent
from talent.services import attendance, check_in
from talent.services.attendance import WrongStep


class CodeIn(StrictSerializer):
    """What was scanned: the address in the QR code, or the last part of it."""

    code = serializers.CharField(max_length=500)


class CheckInOut(Shape):
    """Who is here; `was_here`: somebody had said so before."""

    attendance = AttendanceRow()
    was_here = serializers.BooleanField()


class WalkInIn(StrictSerializer):
    """Somebody who came: `reach` is an e-mail address or a link to a profile, `agreed_to` what they said yes to."""

    name = serializers.CharField(max_length=200)
    reach = serializers.CharField(max_length=320)
    agreed_to = serializers.ListField(
        child=serializers.ChoiceField(ConsentPurpose.choices), required=False, max_length=len(ConsentPurpose)
    )


class WalkInOut(Shape):
    """Who is here; `is_new`: nobody with that address or link was known."""

    attendance = AttendanceRow()
    is_new = serializers.BooleanField()


class EventCheckIns(TenantAPIView):
    """The code of somebody's mail or page says who is here. A code of another event is refused."""

    permissions = {"POST": EDIT}

    @extend_schema(request=CodeIn, responses={201: CheckInOut})
    def post(self, request: Request, pk: UUID) -> Response:
        event, code = load(RecruitingEvent, pk), check_in.read_address(CodeIn(data=request.data).sent()["code"])
        row = check_in.holder(code) if code and code.event_id == event.pk else None
        if row is None:
            raise ValidationError({"code": ["Nobody on the list of this event has this code."]})
        try:
            done = attendance.mark(
                event=event, ids=[row.pk], state=AttendanceState.ATTENDED, by=self.actor, now=timezone.now()
            )
        except WrongStep as error:
            raise ValidationError({"event": [str(error)]}) from error
        told = {"attendance": Attendance.objects.get(pk=row.pk), "was_here": not done.rows}
        return Response(CheckInOut(told).data, status=201)


class EventWalkIns(TenantAPIView):
    """Somebody who is not on the list has come; there is a place for them, whether one is free or not."""

    permissions = {"POST": EDIT}

    @extend_schema(request=WalkInIn, responses={201: WalkInOut})
    def post(self, request: Request, pk: UUID) -> Response:
        event, said = load(RecruitingEvent, pk), {"agreed_to": [], **WalkInIn(data=request.data).sent()}
        try:
            done = check_in.walk_in(event=event, by=self.actor, now=timezone.now(), **said)
        except WrongStep as error:
            raise ValidationError({"event": [str(error)]}) from error
        except NotAContactPoint as error:
            raise ValidationError({"reach": [str(error)]}) from error
        return Response(WalkInOut({"attendance": done.row, "is_new": done.is_new}).data, status=201)
