"""Acts on many people: what was asked, for whom, how far it is, and what became of each person."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.actors import Actor
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class BulkOperationQuerySet(TenantQuerySet["BulkOperation"]):
    """Bulk operations of the current tenant."""

    def recent(self) -> BulkOperationQuerySet:
        return self.order_by("-created_at", "-pk")


class BulkOperationManager(TenantManager.from_queryset(BulkOperationQuerySet)):  # type: ignore[misc]
    """Bulk operations of the current tenant."""


class BulkOperation(TenantModel):
    """One act on many people. Its work is found by `state`; whoever works on it holds the row.

    `selection` is {"ids": [...]} or {"query": a query string of the list, "at": a moment}; the first step freezes it
    into one BulkItem for each person. `position` is the last person whom the running pass has come to.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"
        DONE = "done", "Done"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    act = models.CharField(max_length=32)
    parameters = models.JSONField(default=dict)
    title = models.CharField(max_length=200, help_text="What is done, in words.")
    selection = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    worked = models.PositiveIntegerField(default=0, help_text="People whom the running pass has come to.")
    changed = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0, help_text="It was so before.")
    skipped = models.PositiveIntegerField(default=0, help_text="It could not be done; the reason is with each person.")
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0, help_text="Not undone: somebody has changed it since.")
    position = models.UUIDField(null=True, editable=False)
    problem = models.CharField(max_length=300, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True, help_text="Empty when it cannot be undone.")
    undone_by = models.CharField(max_length=120, blank=True)

    objects: ClassVar[BulkOperationManager] = BulkOperationManager()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="bulk_operation_recent"),
            models.Index(
                fields=["state", "tenant"],
                condition=Q(state__in=["waiting", "running", "undoing"]),
                name="bulk_operation_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_label)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING, self.State.UNDOING)

    @property
    def is_counted(self) -> bool:
        """Whether it is known for how many people; the freeze of a whole result comes first."""
        return self.state != self.State.WAITING

    def can_be_undone(self, now: datetime) -> bool:
        settled = self.state in (self.State.DONE, self.State.STOPPED, self.State.FAILED)
        return settled and self.changed > 0 and self.undo_until is not None and now < self.undo_until


class BulkItem(TenantModel):
    """One person of an operation: what became of them, and what an undo needs. No name is kept of the deleted."""

    class State(models.TextChoices):
        """What became of one person."""

        WAITING = "waiting", "Waiting"
        CHANGED = "changed", "Changed"
        ALREADY = "already", "It was so before"
        SKIPPED = "skipped", "Left out"
        UNDONE = "undone", "Undone"
        KEPT = "kept", "Not undone"

    operation = TenantForeignKey(BulkOperation, on_delete=models.CASCADE, related_name="items", db_index=False)
    candidate_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=160, blank=True)
    before = models.JSONField(null=True, help_text="What an undo puts back.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "operation", "candidate_id"], name="bulk_item_once"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "operation", "state", "candidate_id"],
                condition=Q(state__in=["skipped", "kept"]),
                name="bulk_item_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.state}"
