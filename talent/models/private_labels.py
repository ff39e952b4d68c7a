"""Labels of one member's own: nobody else sees them, nowhere."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.models.candidate import Candidate


class PrivateLabelQuerySet(TenantQuerySet["PrivateLabel"]):
    """Private labels of the current tenant: ask for one member's, always."""

    def of(self, member_id: UUID) -> PrivateLabelQuerySet:
        return self.filter(member_id=member_id)


class PrivateLabelManager(TenantManager.from_queryset(PrivateLabelQuerySet)):  # type: ignore[misc]
    """Private labels of the current tenant."""


class PrivateLabel(TenantModel):
    """A keyword for its member alone."""

    member = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=40)

    objects: ClassVar[PrivateLabelManager] = PrivateLabelManager()

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "member", "name"], name="private_label_once")]

    def __str__(self) -> str:
        return self.name


class CandidateLabelQuerySet(TenantQuerySet["CandidateLabel"]):
    """Private labels on people of the current tenant: ask for one member's, always."""

    def of(self, member_id: UUID) -> CandidateLabelQuerySet:
        return self.filter(label__member_id=member_id)


class CandidateLabelManager(TenantManager.from_queryset(CandidateLabelQuerySet)):  # type: ignore[misc]
    """Private labels on people of the current tenant."""


class CandidateLabel(TenantModel):
    """A private label on a person."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="private_labels", db_index=False)
    label = TenantForeignKey(PrivateLabel, on_delete=models.CASCADE, related_name="candidates", db_index=False)

    objects: ClassVar[CandidateLabelManager] = CandidateLabelManager()

    class Meta(TenantModel.Meta):
        ordering = ["label__name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "label", "candidate"], name="candidate_label_once")]
        indexes = [models.Index(fields=["tenant", "candidate"], name="candidate_label_by_person")]

    def __str__(self) -> str:
        return str(self.label)
