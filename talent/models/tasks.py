"""What somebody has to do, about a person or not, and the calendar feed of a member's tasks."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import TaskSource, TouchKind
from talent.models.candidate import Candidate


class TaskQuerySet(TenantQuerySet["Task"]):
    """Tasks of the current tenant."""

    def open(self) -> TaskQuerySet:
        return self.filter(done_at=None)

    def done(self) -> TaskQuerySet:
        return self.filter(done_at__isnull=False)

    def of_member(self, member_id: UUID) -> TaskQuerySet:
        return self.filter(assignee_id=member_id)

    def overdue(self, now: datetime) -> TaskQuerySet:
        return self.open().filter(due_at__lt=now)

    def due_before(self, moment: datetime) -> TaskQuerySet:
        return self.open().filter(due_at__lte=moment)

    def most_urgent_first(self) -> TaskQuerySet:
        """Those without a date come last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk").select_related("candidate", "assignee__user")


class TaskManager(TenantManager.from_queryset(TaskQuerySet)):  # type: ignore[misc]
    """Tasks of the current tenant."""


class Task(TenantModel):
    """One thing to do. `due_at` is the moment after which it is late: the time that was said, or the end of the day."""

    title = models.CharField(max_length=200)
    candidate = TenantForeignKey(
        Candidate, on_delete=models.CASCADE, related_name="tasks", null=True, blank=True, db_index=False
    )
    assignee = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_time = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; what date and time are meant in.")
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    touch_kind = models.CharField(
        max_length=8, choices=TouchKind, blank=True, help_text="It is a contact of this kind; done, it counts as one."
    )
    source = models.CharField(max_length=12, choices=TaskSource, default=TaskSource.MANUAL)
    created_by = models.CharField(max_length=120)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[TaskManager] = TaskManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, due_at__isnull=True, due_time__isnull=True)
                | Q(due_on__isnull=False, due_at__isnull=False),
                name="task_due_whole",
            )
        ]
        indexes = [
            models.Index(
                fields=["tenant", "assignee", "due_at"], condition=Q(done_at=None), name="task_open_by_member"
            ),
            models.Index(fields=["tenant", "due_at"], condition=Q(done_at=None), name="task_open_by_date"),
            models.Index(fields=["tenant", "candidate"], name="task_by_person"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asks_if_reached(self) -> bool:
        """Whether it is done by speaking with somebody, who may not be there."""
        return self.touch_kind in (TouchKind.CALL, TouchKind.MEETING)


class CalendarFeed(TenantModel):
    """A member's secret calendar address; only the SHA-256 of the secret is kept."""

    member = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    secret_hash = models.CharField(max_length=64, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "member"], name="calendar_feed_once")]
        indexes = [models.Index(fields=["tenant", "secret_hash"], name="calendar_feed_by_secret")]

    def __str__(self) -> str:
        return f"calendar of {self.member_id}"
