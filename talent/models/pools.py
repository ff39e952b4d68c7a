"""Talent pools: curated, owned groups of people for a kind of need."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Count

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import PoolStage
from talent.models.candidate import Candidate


class TalentPoolQuerySet(TenantQuerySet["TalentPool"]):
    """Pools of the current tenant."""

    def with_sizes(self) -> TalentPoolQuerySet:
        """With `size`, the number of people, and the owner."""
        return self.annotate(size=Count("memberships")).select_related("owner__user").order_by("name")


class TalentPoolManager(TenantManager.from_queryset(TalentPoolQuerySet)):  # type: ignore[misc]
    """Pools of the current tenant."""


class TalentPool(TenantModel):
    """A pool; who is in it is decided by people, not by a rule."""

    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)

    objects: ClassVar[TalentPoolManager] = TalentPoolManager()

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="pool_name_once")]

    def __str__(self) -> str:
        return self.name


class PoolMembershipQuerySet(TenantQuerySet["PoolMembership"]):
    """Places in pools of the current tenant."""

    def of(self, pool: TalentPool) -> PoolMembershipQuerySet:
        return self.filter(pool=pool).select_related("candidate")

    def in_stage(self, stage: str) -> PoolMembershipQuerySet:
        """Those in one stage; all of them when none is named."""
        return self.filter(stage=stage) if stage else self.all()


class PoolMembershipManager(TenantManager.from_queryset(PoolMembershipQuerySet)):  # type: ignore[misc]
    """Places in pools of the current tenant."""


class PoolMembership(TenantModel):
    """A person's place in a pool."""

    pool = TenantForeignKey(TalentPool, on_delete=models.CASCADE, related_name="memberships")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="pool_memberships")
    stage = models.CharField(max_length=20, choices=PoolStage, default=PoolStage.NEW)
    added_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[PoolMembershipManager] = PoolMembershipManager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "pool", "candidate"], name="pool_membership_once")]
        indexes = [models.Index(fields=["tenant", "candidate"], name="pool_membership_by_person")]

    def __str__(self) -> str:
        return f"{self.candidate_id} in {self.pool_id}"
