"""Searches of our own community for a job: stored, so that they can be looked at and run again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models.jobs import Job


class RediscoverySearch(TenantModel):
    """What a job asks for, and whom the last run found, in order.

    `requirements` is a list of {"text", "must"}; `rule` is a filter tree that must hold. Whom it found is kept by key
    only: the evidence is read anew from what is known now, and goes when a person is erased.
    """

    name = models.CharField(max_length=120)
    text = models.TextField(blank=True, max_length=20_000, help_text="The job's text as it was pasted.")
    requirements = models.JSONField(default=list)
    rule = models.JSONField(default=dict)
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    job = TenantForeignKey(Job, on_delete=models.SET_NULL, related_name="searches", null=True, blank=True)
    found = ArrayField(models.UUIDField(), default=list, editable=False)
    looked_at = models.PositiveIntegerField(default=0, help_text="How many people the hard filters let through.")
    run_at = models.DateTimeField(null=True, blank=True)
    run_by = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["-run_at", "-pk"]
        indexes = [models.Index(fields=["tenant", "-run_at", "-id"], name="rediscovery_by_run")]

    def __str__(self) -> str:
        return self.name
