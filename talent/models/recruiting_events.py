"""Career fairs, meet-ups, webinars: what people register for, and who came."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices_events import AttendanceOrigin, AttendanceState, EventKind, EventState
from talent.models.candidate import Candidate

MOST_SEATS = 100_000


class RecruitingEventQuerySet(TenantQuerySet["RecruitingEvent"]):
    """Recruiting events of the current tenant."""

    def with_sizes(self) -> RecruitingEventQuerySet:
        """With `registrations`, all of them, how many of these `came` and `stayed_away`, and who is `waiting`."""
        lines = WaitlistEntry.objects.filter(event=OuterRef("pk")).order_by().values("event")
        return self.annotate(
            registrations=Count("attendances"),
            came=Count("attendances", filter=Q(attendances__state=AttendanceState.ATTENDED)),
            stayed_away=Count("attendances", filter=Q(attendances__state=AttendanceState.NO_SHOW)),
            waiting=Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0),
        ).select_related("owner__user")

    def offered(self, now: datetime) -> RecruitingEventQuerySet:
        """Those with a page of their own for everybody, that are not over."""
        return self.filter(is_public=True, state=EventState.OPEN, ends_at__gt=now).order_by("starts_at", "pk")


class RecruitingEventManager(TenantManager.from_queryset(RecruitingEventQuerySet)):  # type: ignore[misc]
    """Recruiting events of the current tenant."""


class RecruitingEvent(TenantModel):
    """A gathering where we meet people. `time_zone` is that of the place: times are written by its clock."""

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=EventKind, default=EventKind.MEETUP)
    state = models.CharField(max_length=10, choices=EventState, default=EventState.DRAFT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64, help_text="IANA name.")
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    capacity = models.PositiveIntegerField(
        "places",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)],
        help_text="Empty: no limit.",
    )
    has_waiting_list = models.BooleanField(
        "people may wait for a place",
        default=False,
        help_text="Once every place is taken. Whoever waits longest gets the next one that is free.",
    )
    reminds = models.BooleanField(
        "remind people the day before",
        default=False,
        help_text="By mail, in the morning of the day before, by their own clock.",
    )
    description = models.TextField(blank=True, max_length=20_000)
    is_public = models.BooleanField("people may register themselves", default=False)
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[RecruitingEventManager] = RecruitingEventManager()

    class Meta(TenantModel.Meta):
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["tenant", "-starts_at", "-id"], name="recruiting_event_by_start")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="recruiting_event_ends_later"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="recruiting_event_has_places"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_start(self) -> datetime:
        """When it begins, by the clock of the place, without a zone: it is shown as it stands."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    @property
    def zone_words(self) -> str:
        """The time zone as people read it, with its distance from UTC on that day."""
        distance = f"{self.starts_at.astimezone(ZoneInfo(self.time_zone)):%z}"
        return f"{self.time_zone.replace('_', ' ')}, UTC{distance[:3]}:{distance[3:]}"

    @property
    def is_on_site(self) -> bool:
        """Whether there is a place to come to."""
        return self.kind != EventKind.WEBINAR

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now


class AttendanceQuerySet(TenantQuerySet["Attendance"]):
    """Registrations of the current tenant."""

    def of_event(self, event_id: UUID) -> AttendanceQuerySet:
        return self.filter(event_id=event_id).select_related("candidate", "event")

    def attended(self) -> AttendanceQuerySet:
        return self.filter(state=AttendanceState.ATTENDED)

    def missed(self) -> AttendanceQuerySet:
        return self.filter(state=AttendanceState.NO_SHOW)

    def expected(self) -> AttendanceQuerySet:
        """Those of whom nobody has said yet whether they came."""
        return self.filter(state=AttendanceState.REGISTERED)


class AttendanceManager(TenantManager.from_queryset(AttendanceQuerySet)):  # type: ignore[misc]
    """Registrations of the current tenant."""


class Attendance(TenantModel):
    """A person's registration for an event, and whether they came."""

    event = TenantForeignKey(RecruitingEvent, on_delete=models.CASCADE, related_name="attendances", db_index=False)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="attendances", db_index=False)
    state = models.CharField(max_length=10, choices=AttendanceState, default=AttendanceState.REGISTERED)
    origin = models.CharField(max_length=10, choices=AttendanceOrigin, default=AttendanceOrigin.COLLEAGUE)
    registered_at = models.DateTimeField()
    marked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ticket = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="A second code of theirs: of the form filled in last, or of a record that became this one.",
    )

    objects: ClassVar[AttendanceManager] = AttendanceManager()

    class Meta(TenantModel.Meta):
        ordering = ["registered_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "candidate", "event"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(state=AttendanceState.REGISTERED, marked_at=None)
                | (~Q(state=AttendanceState.REGISTERED) & Q(marked_at__isnull=False)),
                name="attendance_marked_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "event", "state", "registered_at"], name="attendance_by_event")]

    def __str__(self) -> str:
        return f"{self.candidate_id} at {self.event_id}"


class WaitlistEntry(TenantModel):
    """A person who waits for a place at an event."""

    event = TenantForeignKey(RecruitingEvent, on_delete=models.CASCADE, related_name="waitlist", db_index=False)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="waitlist_entries", db_index=False)
    origin = models.CharField(max_length=10, choices=AttendanceOrigin, default=AttendanceOrigin.COLLEAGUE)
    waiting_since = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["waiting_since", "pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate", "event"], name="waitlist_once")]
        indexes = [models.Index(fields=["tenant", "event", "waiting_since"], name="waitlist_by_event")]

    def __str__(self) -> str:
        return f"{self.candidate_id} waits for {self.event_id}"
