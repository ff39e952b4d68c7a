"""The audit log: who did or saw what. INSERT and SELECT are all that the app role may do to it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.tenancy.models import TenantManager, TenantModel, TenantQuerySet

RECENT = 500


class AuditQuerySet(TenantQuerySet["AuditEntry"]):
    """Entries of the current tenant."""

    def matching(self, *, action: str = "", person: UUID | None = None) -> AuditQuerySet:
        """Entries whose action begins with a text, done by one member; both are optional."""
        found = self.filter(action__startswith=action) if action else self.all()
        return found.filter(actor_id=person) if person else found

    def newest_first(self, before: UUID | None = None) -> AuditQuerySet:
        """Newest first, after the page that ended with the entry `before` (keyset: late pages cost as early ones)."""
        entries = self.order_by("-occurred_at", "-id")
        last = self.model.objects.filter(pk=before).first() if before else None
        if last is None:
            return entries
        return entries.filter(occurred_at__lte=last.occurred_at).exclude(occurred_at=last.occurred_at, pk__gte=last.pk)

    def recent_actions(self) -> list[str]:
        """The actions among the latest entries, to choose a filter from."""
        return sorted(set(self.order_by("-occurred_at", "-id").values_list("action", flat=True)[:RECENT]))


class AuditManager(TenantManager.from_queryset(AuditQuerySet)):  # type: ignore[misc]
    """Entries of the current tenant; raises outside of one."""


class AuditEntry(TenantModel):
    """One act. `fields` names what changed, never the values: they are personal data and live with the person."""

    occurred_at = models.DateTimeField(db_default=models.functions.Now())
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=120)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=48, blank=True)
    object_id = models.UUIDField(null=True)
    fields = ArrayField(models.CharField(max_length=64), default=list)
    facts = models.JSONField(default=dict, help_text="Counts and ids, no personal values.")

    class Meta(TenantModel.Meta):
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["tenant", "-occurred_at", "-id"], name="audit_newest_first")]

    objects: ClassVar[AuditManager] = AuditManager()

    def __str__(self) -> str:
        return f"{self.actor_label} {self.action}"
