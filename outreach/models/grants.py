"""Grants: whose mailbox a colleague may send from."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from outreach.models.broadcasts import Broadcast
from outreach.models.sequences import Sequence


class SendGrantQuerySet(TenantQuerySet["SendGrant"]):
    """Grants of the current tenant."""

    def in_force(self, today: date) -> SendGrantQuerySet:
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=today), revoked_at=None)

    def for_plan(self, *, sequence_id: UUID | None, broadcast_id: UUID | None) -> SendGrantQuerySet:
        """Those that hold for everything, and those for this sequence or broadcast."""
        named = Q(sequence=None, broadcast=None)
        named |= Q(sequence=sequence_id) if sequence_id else Q(pk__in=[])
        return self.filter(named | Q(broadcast=broadcast_id) if broadcast_id else named)


class SendGrantManager(TenantManager.from_queryset(SendGrantQuerySet)):  # type: ignore[misc]
    """Grants of the current tenant."""


class SendGrant(TenantModel):
    """`owner` lets `grantee` send from the mailbox that is theirs: everything, or one sequence or broadcast.

    It holds through the day `expires_on`; None: until it is revoked.
    """

    owner = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="grants_given")
    grantee = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="grants_held")
    sequence = TenantForeignKey(Sequence, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    broadcast = TenantForeignKey(Broadcast, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    granted_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    objects: ClassVar[SendGrantManager] = SendGrantManager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(owner=F("grantee")), name="send_grant_to_another"),
            models.CheckConstraint(condition=Q(sequence=None) | Q(broadcast=None), name="send_grant_for_one_plan"),
            models.UniqueConstraint(
                fields=["tenant", "owner", "grantee", "sequence", "broadcast"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="send_grant_once",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "grantee", "owner"], name="send_grant_by_grantee")]

    def __str__(self) -> str:
        return f"{self.grantee_id} for {self.owner_id}"

    @property
    def scope(self) -> str:
        """What it is for, in words."""
        return f"“{self.sequence or self.broadcast}” only" if self.sequence_id or self.broadcast_id else "Everything"
