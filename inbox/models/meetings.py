"""Meetings with people: booked by them or by us, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from inbox.choices import MeetingState
from talent.models import Candidate, Touchpoint


class MeetingQuerySet(TenantQuerySet["Meeting"]):
    """Meetings of the current tenant."""

    def over(self, now: datetime) -> MeetingQuerySet:
        """Those that have ended, and of which nobody has said what became of them."""
        return self.filter(state=MeetingState.BOOKED, ends_at__lte=now)


class MeetingManager(TenantManager.from_queryset(MeetingQuerySet)):  # type: ignore[misc]
    """Meetings of the current tenant."""


class Meeting(TenantModel):
    """One meeting with one person. `member` is who meets them; `touchpoint` the contact that it was, once it was.

    `source` is the calendar that it comes from and `uid` its key there; both are empty for what was entered by hand.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    member = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    title = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=MeetingState, default=MeetingState.BOOKED)
    touchpoint = TenantForeignKey(Touchpoint, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    uid = models.CharField(max_length=255, blank=True)

    objects: ClassVar[MeetingManager] = MeetingManager()

    class Meta(TenantModel.Meta):
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["tenant", "candidate", "source", "uid"], condition=~Q(uid=""), name="meeting_of_calendar_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "candidate", "-starts_at"], name="meeting_by_person"),
            models.Index(fields=["ends_at", "tenant"], condition=Q(state="booked"), name="meeting_over"),
        ]

    def __str__(self) -> str:
        return self.title or "Meeting"

    @property
    def is_booked(self) -> bool:
        return self.state == MeetingState.BOOKED
