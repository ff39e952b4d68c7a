"""The audit log: who did or saw what. INSERT and SELECT are all that the app role may do to it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.tenancy.models import TenantModel


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

    def __str__(self) -> str:
        return f"{self.actor_label} {self.action}"
