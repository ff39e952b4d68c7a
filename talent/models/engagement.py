"""What counts how much in the engagement score; every version is kept."""

from __future__ import annotations

from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantModel


class EngagementWeights(TenantModel):
    """One version of a tenant's weights; the highest is in force, and rows are never changed (append-only by grant)."""

    version = models.PositiveIntegerField()
    half_life_days = models.PositiveIntegerField()
    points = models.JSONField(help_text="Points by class of evidence.")
    levels = models.JSONField(help_text="The least scores of cool, warm and highly engaged.")
    changed_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-version"]
        verbose_name_plural = "engagement weights"
        constraints = [models.UniqueConstraint(fields=["tenant", "version"], name="engagement_weights_once")]

    def __str__(self) -> str:
        return f"Version {self.version}"


class EngagementProgress(TenantModel):
    """How far everybody has been summed up with one version of the weights: a walk in the order of the keys."""

    version = models.PositiveIntegerField()
    after = models.UUIDField(null=True, help_text="The last person done.")
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "engagement progress"
        constraints = [models.UniqueConstraint(fields=["tenant"], name="engagement_progress_once")]

    def __str__(self) -> str:
        return f"Version {self.version}"
