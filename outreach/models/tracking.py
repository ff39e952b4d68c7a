"""Whose opens and clicks are counted, and on which domain."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models import Candidate


class TrackingPolicy(TenantModel):
    """One row a tenant, made when somebody first changes it; without it everybody is counted, on our own domain."""

    is_on = models.BooleanField("count opens and clicks", default=True)
    countries_off = ArrayField(models.CharField(max_length=2), default=list, blank=True)  # ISO 3166-1 alpha-2
    domain = models.CharField(max_length=190, blank=True)
    domain_seen_at = models.DateTimeField(null=True, blank=True, help_text="When the domain last led to us.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "tracking policies"
        constraints = [models.UniqueConstraint(fields=["tenant"], name="tracking_policy_once")]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"


class Uncounted(TenantModel):
    """Somebody whose opens and clicks nobody counts."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    said_by = models.CharField(max_length=120)
    is_own_word = models.BooleanField(default=False, help_text="They said it themselves: no colleague takes it back.")

    class Meta(TenantModel.Meta):
        verbose_name_plural = "uncounted"
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate"], name="uncounted_once")]

    def __str__(self) -> str:
        return str(self.candidate_id)
