"""Segments: groups defined by a rule, and their membership as intervals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import MembershipCause
from talent.models.candidate import Candidate


class Segment(TenantModel):
    """A saved rule. `rule` is the JSON of a filter tree (`talent.filters.tree`); `size` is the kept membership's.

    `refresh_ms` is what it took to judge everybody the last time.
    """

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    rule = models.JSONField()
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    size = models.PositiveIntegerField(default=0)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    refresh_ms = models.PositiveIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="segment_name_once")]

    def __str__(self) -> str:
        return self.name


class SegmentMembershipQuerySet(TenantQuerySet["SegmentMembership"]):
    """Memberships of the current tenant."""

    def current(self) -> SegmentMembershipQuerySet:
        return self.filter(left_at=None)


class SegmentMembershipManager(TenantManager.from_queryset(SegmentMembershipQuerySet)):  # type: ignore[misc]
    """Memberships of the current tenant."""


class SegmentMembership(TenantModel):
    """An interval during which a person matched; open while `left_at` is empty."""

    segment = TenantForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    candidate = TenantForeignKey(
        Candidate, on_delete=models.CASCADE, related_name="segment_memberships", db_index=False
    )
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=8, choices=MembershipCause)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.CharField(max_length=8, choices=MembershipCause, blank=True)

    objects: ClassVar[SegmentMembershipManager] = SegmentMembershipManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "segment", "candidate"],
                condition=Q(left_at=None),
                name="segment_membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")), name="segment_membership_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "candidate"], name="segment_membership_by_person"),
            models.Index(fields=["tenant", "segment", "entered_at"], name="segment_membership_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} in {self.segment_id}"
