"""Contacts that leave no message here: calls, messages on LinkedIn, meetings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import TouchKind
from talent.models.candidate import Candidate
from talent.models.tasks import Task


class TouchpointQuerySet(TenantQuerySet["Touchpoint"]):
    """Touchpoints of the current tenant."""

    def counting(self) -> TouchpointQuerySet:
        """Those by which the person heard from us: who was called in vain did not."""
        return self.exclude(reached=False)

    def two_way(self) -> TouchpointQuerySet:
        """Those in which both sides spoke."""
        return self.filter(reached=True)


class TouchpointManager(TenantManager.from_queryset(TouchpointQuerySet)):  # type: ignore[misc]
    """Touchpoints of the current tenant."""


class Touchpoint(TenantModel):
    """One contact of a colleague with a person. `member` is who was in touch, `recorded_by` who says so.

    `reached`: both sides spoke; false: nobody was reached; empty: nobody said. `task` is what it did, if anything.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="touchpoints", db_index=False)
    member = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    kind = models.CharField(max_length=8, choices=TouchKind)
    occurred_at = models.DateTimeField()
    reached = models.BooleanField(null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    task = TenantForeignKey(Task, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    recorded_by = models.CharField(max_length=120)

    objects: ClassVar[TouchpointManager] = TouchpointManager()

    class Meta(TenantModel.Meta):
        ordering = ["-occurred_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "task"], name="touchpoint_of_task_once")]
        indexes = [models.Index(fields=["tenant", "candidate", "-occurred_at"], name="touchpoint_by_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.occurred_at:%Y-%m-%d}"
