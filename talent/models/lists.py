"""Lists that people keep: saved views of the candidates, who pinned them, and exports."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.actors import Actor
from crm.models import Member, StoredFile
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class SavedViewQuerySet(TenantQuerySet["SavedView"]):
    """Saved views of the current tenant."""

    def seen_by(self, member_id: UUID | None) -> SavedViewQuerySet:
        """One's own, and those that are shared."""
        return self.filter(Q(owner_id=member_id) | Q(is_shared=True))

    def in_use(self) -> SavedViewQuerySet:
        return self.filter(archived_at=None)


class SavedViewManager(TenantManager.from_queryset(SavedViewQuerySet)):  # type: ignore[misc]
    """Saved views of the current tenant."""


class SavedView(TenantModel):
    """Words, filters, sort and columns of the list of candidates under a name; `query` is the list's query string."""

    name = models.CharField(max_length=80)
    owner = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_shared = models.BooleanField("shared with the team", default=False)
    query = models.TextField(blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[SavedViewManager] = SavedViewManager()

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "owner", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name


class ViewPin(TenantModel):
    """A view that a member wants under Candidates in the rail, in their own order."""

    view = TenantForeignKey(SavedView, on_delete=models.CASCADE, related_name="pins")
    member = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "created_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "member", "view"], name="view_pin_once")]

    def __str__(self) -> str:
        return str(self.view_id)


class Export(TenantModel):
    """A list written into a file. `lease_until` says until when a worker writes it; a dead one's is begun anew."""

    class Format(models.TextChoices):
        """What spreadsheets read."""

        CSV = "csv", "CSV"
        CSV_BOM = "csv-bom", "CSV for Excel (UTF-8 with a mark)"
        XLSX = "xlsx", "Excel (XLSX)"

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being written"
        DONE = "done", "Ready"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    format = models.CharField(max_length=8, choices=Format, default=Format.CSV)
    query = models.TextField(blank=True)
    columns = ArrayField(models.CharField(max_length=60), default=list)
    role = models.CharField(max_length=24, help_text="Whose eyes it is written for: custom fields have their readers.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    file = TenantForeignKey(StoredFile, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["state", "expires_at"],
                condition=Q(state__in=["waiting", "running", "done"]),
                name="export_open",
            )
        ]

    def __str__(self) -> str:
        return f"Export of {self.started_at:%Y-%m-%d}"

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_label)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def is_ready(self, now: datetime) -> bool:
        return self.state == self.State.DONE and self.file_id is not None and now < self.expires_at
