"""Recruiting events and who comes to them, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm import paging
from crm.access import load
from crm.api.pages import limit_of, one_of
from crm.api.strict import StrictSerializer
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.paging import Order, moment
from crm.permissions import Permission
from talent.api.candidates import EDIT, PAGING
from talent.api.shapes import OwnedField
from talent.api.shapes_person import a_zone
from talent.choices_events import AttendanceOrigin, AttendanceState, EventKind, EventState
from talent.models import Attendance, Candidate, RecruitingEvent, WaitlistEntry
from talent.models.recruiting_events import MOST_SEATS
from talent.services import attendance, bulk, recruiting_events, seats
from talent.services.attendance import WrongStep
from talent.services.recruiting_events import NotAnEvent

Shape = serializers.Serializer[Any]
VIEW = Permission.CANDIDATE_VIEW
LATEST = Order("starts_at", descending=True, parse=moment)
LONGEST = Order("waiting_since", descending=False, parse=moment)
FIRST = Order("registered_at", descending=False, parse=moment)
WHEN = OpenApiParameter("when", str, enum=["upcoming", "past"], description="Events to come, or that are over.")
STATE = OpenApiParameter("state", str, enum=AttendanceState.values, description="Registrations of one state only.")


class EventRow(Shape):
    """A recruiting event."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(EventKind.choices)
    state = serializers.ChoiceField(EventState.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    time_zone = serializers.CharField(help_text="IANA name.")
    place = serializers.CharField()
    link = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True, help_text="Null: no limit.")
    description = serializers.CharField()
    is_public = serializers.BooleanField(help_text="People may register themselves, while it is open.")
    has_waiting_list = serializers.BooleanField(help_text="Once every place is taken, people may wait for one.")
    reminds = serializers.BooleanField(help_text="By mail, the day before, in the morning of who comes.")
    owner_id = serializers.UUIDField(allow_null=True)
    registrations = serializers.IntegerField(help_text="Everybody on the list.")
    attended = serializers.IntegerField(source="came")
    no_shows = serializers.IntegerField(source="stayed_away")
    waiting = serializers.IntegerField(help_text="Everybody on the waiting list.")
    created_at = serializers.DateTimeField()


class EventPage(Shape):
    """A page of events."""

    results = EventRow(many=True)
    next = serializers.CharField(allow_null=True)


class EventChange(StrictSerializer):
    """Columns of an event; what is left out stays."""

    name = serializers.CharField(max_length=160, required=False)
    kind = serializers.ChoiceField(EventKind.choices, required=False)
    state = serializers.ChoiceField(EventState.choices, required=False)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    time_zone = serializers.CharField(max_length=64, required=False, validators=[a_zone])
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)
    capacity = serializers.IntegerField(min_value=1, max_value=MOST_SEATS, required=False, allow_null=True)
    description = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    is_public = serializers.BooleanField(required=False)
    has_waiting_list = serializers.BooleanField(required=False)
    reminds = serializers.BooleanField(required=False)
    owner_id = OwnedField(Member)


class EventIn(EventChange):
    """An event to make; in the workspace's time zone, unless said."""

    name = serializers.CharField(max_length=160)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class AttendanceRow(Shape):
    """A registration."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    state = serializers.ChoiceField(AttendanceState.choices)
    origin = serializers.ChoiceField(AttendanceOrigin.choices)
    registered_at = serializers.DateTimeField()
    marked_at = serializers.DateTimeField(allow_null=True)
    reminded_at = serializers.DateTimeField(allow_null=True)


class AttendancePage(Shape):
    """A page of registrations."""

    results = AttendanceRow(many=True)
    next = serializers.CharField(allow_null=True)


class GuestsIn(StrictSerializer):
    """People to register; `has_come`: they are here already."""

    candidate_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=bulk.MOST_NAMED)
    has_come = serializers.BooleanField(required=False, default=False)


class GuestsOut(Shape):
    """What came of it: who is new on the list, who was on it, for whom no place was left, and who waits for one."""

    registered = AttendanceRow(many=True)
    known = serializers.ListField(child=serializers.UUIDField())
    full = serializers.ListField(child=serializers.UUIDField())
    waiting = serializers.ListField(child=serializers.UUIDField())


class MarkIn(StrictSerializer):
    """Whether they came; `registered` takes it back."""

    state = serializers.ChoiceField(AttendanceState.choices)


class WaitlistRow(Shape):
    """Somebody who waits for a place."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    origin = serializers.ChoiceField(AttendanceOrigin.choices)
    waiting_since = serializers.DateTimeField()


class WaitlistPage(Shape):
    """A page of a waiting list."""

    results = WaitlistRow(many=True)
    next = serializers.CharField(allow_null=True)


class NoShowsOut(Shape):
    """How many were marked."""

    marked = serializers.IntegerField()


def _values(said: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in said.items()}


def told(pk: UUID, now: datetime) -> dict[str, Any]:
    return dict(EventRow(load(recruiting_events.overview(now), pk)).data)


def _page(request: Request, rows: QuerySet[Any], order: Order) -> Any:
    return paging.page(rows, order, after=request.query_params.get("after", ""), limit=limit_of(request))


class EventList(TenantAPIView):
    """Recruiting events, the latest first; a new one."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="events_list", parameters=[*PAGING, WHEN], responses=EventPage)
    def get(self, request: Request) -> Response:
        when: Any = one_of(request, "when", ["upcoming", "past"])
        page = _page(request, recruiting_events.overview(timezone.now(), when).order_by(), LATEST)
        return Response(EventPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=EventIn, responses={201: EventRow})
    def post(self, request: Request) -> Response:
        said = {"time_zone": self.tenant.time_zone, **_values(EventIn(data=request.data).sent())}
        try:
            event = recruiting_events.create(values=said, by=self.actor)
        except NotAnEvent as error:
            raise ValidationError({"ends_at": [str(error)]}) from error
        return Response(told(event.pk, timezone.now()), status=201)


class EventDetail(VersionedAPIView):
    """One event."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}
    kept_by_system = ("registrations", "attended", "no_shows", "waiting")

    @extend_schema(responses=EventRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(told(pk, timezone.now()))

    @extend_schema(request=EventChange, responses=EventRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        event, said, now = load(RecruitingEvent, pk), _values(EventChange(data=request.data).sent()), timezone.now()
        try:
            recruiting_events.change(event=event, values=said, by=self.actor, now=now)
        except NotAnEvent as error:
            raise ValidationError({"ends_at": [str(error)]}) from error
        return Response(told(pk, now))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        recruiting_events.delete(event=load(RecruitingEvent, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class EventAttendances(TenantAPIView):
    """Who is on the list of an event, the first first; more people."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="events_attendances_list", parameters=[*PAGING, STATE], responses=AttendancePage)
    def get(self, request: Request, pk: UUID) -> Response:
        rows = Attendance.objects.of_event(load(RecruitingEvent, pk).pk)
        if state := one_of(request, "state", AttendanceState.values):
            rows = rows.filter(state=state)
        page = _page(request, rows, FIRST)
        return Response(AttendancePage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=GuestsIn, responses={201: GuestsOut})
    def post(self, request: Request, pk: UUID) -> Response:
        event, said = load(RecruitingEvent, pk), GuestsIn(data=request.data).sent()
        people = bulk.ticked(said["candidate_ids"])
        if missing := set(said["candidate_ids"]) - {person.pk for person in people}:
            raise ValidationError({"candidate_ids": [f"There is no candidate {min(missing)}."]})
        try:
            done = attendance.let_in(
                event=event, people=people, has_come=said["has_come"], by=self.actor, now=timezone.now()
            )
        except WrongStep as error:
            raise ValidationError({"event": [str(error)]}) from error
        rows = Attendance.objects.filter(pk__in=[row.pk for row in done.rows])
        return Response(GuestsOut({**vars(done), "registered": rows}).data, status=201)


class EventWaitlist(TenantAPIView):
    """Who waits for a place at an event, whoever waits longest first."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="events_waitlist_list", parameters=PAGING, responses=WaitlistPage)
    def get(self, request: Request, pk: UUID) -> Response:
        page = _page(request, seats.line(load(RecruitingEvent, pk)), LONGEST)
        return Response(WaitlistPage({"results": page.rows, "next": page.after or None}).data)


class WaitlistDetail(TenantAPIView):
    """Somebody who waits: give them a place, whether one is free or not, or take them out of the line."""

    permissions = {"GET": VIEW, "POST": EDIT, "DELETE": EDIT}

    @extend_schema(responses=WaitlistRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(WaitlistRow(load(WaitlistEntry, pk)).data)

    @extend_schema(request=None, responses={201: AttendanceRow})
    def post(self, request: Request, pk: UUID) -> Response:
        entry = load(WaitlistEntry.objects.select_related("event"), pk)
        try:
            attendance.give_place(entry=entry, by=self.actor, now=timezone.now())
        except WrongStep as error:
            raise ValidationError({"event": [str(error)]}) from error
        row = Attendance.objects.get(event=entry.event_id, candidate=entry.candidate_id)
        return Response(AttendanceRow(row).data, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        entry = load(WaitlistEntry, pk)
        seats.leave(event_id=entry.event_id, people=[entry.candidate_id], by=self.actor)
        return Response(status=204)


class EventNoShows(TenantAPIView):
    """Whoever registered and was not seen is a no-show."""

    permissions = {"POST": EDIT}

    @extend_schema(request=None, responses=NoShowsOut)
    def post(self, request: Request, pk: UUID) -> Response:
        try:
            done = attendance.who_did_not_come(event=load(RecruitingEvent, pk), by=self.actor, now=timezone.now())
        except WrongStep as error:
            raise ValidationError({"event": [str(error)]}) from error
        return Response(NoShowsOut({"marked": len(done.rows)}).data)


class AttendanceDetail(VersionedAPIView):
    """One registration: say whether they came, or take them off the list."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(responses=AttendanceRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(AttendanceRow(load(Attendance, pk)).data)

    @extend_schema(request=MarkIn, responses=AttendanceRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        row, state = load(attendance.places(), pk), MarkIn(data=request.data).sent()["state"]
        try:
            attendance.mark(event=row.event, ids=[pk], state=state, by=self.actor, now=timezone.now())
        except WrongStep as error:
            raise ValidationError({"state": [str(error)]}) from error
        return Response(AttendanceRow(load(Attendance, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        attendance.remove(attendance=load(Attendance, pk), by=self.actor, now=timezone.now())
        return Response(status=204)


class CandidateAttendances(TenantAPIView):
    """The events that a person registered for, those that begin last first, at most 20."""

    permissions = {"GET": VIEW}

    @extend_schema(responses=AttendanceRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(AttendanceRow(attendance.of_person(load(Candidate, pk).pk), many=True).data)
