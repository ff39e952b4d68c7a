"""Who is in a segment, or out of it, by name: a colleague's word goes before the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from django.db import models

from crm.tenancy.many import among
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import Placing
from talent.models.candidate import Candidate
from talent.models.segments import Segment


class SegmentPlacementQuerySet(TenantQuerySet["SegmentPlacement"]):
    """Placements of the current tenant."""

    def of(self, segment_id: UUID) -> SegmentPlacementQuerySet:
        return self.filter(segment_id=segment_id)

    def by_segment(self, people: Collection[UUID]) -> dict[UUID, dict[UUID, bool]]:
        """{segment: {person: whether the person is kept in}} of some people."""
        found: dict[UUID, dict[UUID, bool]] = defaultdict(dict)
        rows = self.filter(among("candidate_id", people)).values_list("segment_id", "candidate_id", "placing")
        for segment, person, placing in rows:
            found[segment][person] = placing == Placing.IN
        return found


class SegmentPlacementManager(TenantManager.from_queryset(SegmentPlacementQuerySet)):  # type: ignore[misc]
    """Placements of the current tenant."""


class SegmentPlacement(TenantModel):
    """Somebody kept in a segment, or left out of it, by name, and by whom."""

    segment = TenantForeignKey(Segment, on_delete=models.CASCADE, related_name="placements", db_index=False)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="segment_placements", db_index=False)
    placing = models.CharField(max_length=3, choices=Placing)
    reason = models.CharField(max_length=300)
    placed_by = models.CharField(max_length=120)
    placed_at = models.DateTimeField()

    objects: ClassVar[SegmentPlacementManager] = SegmentPlacementManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "segment", "candidate"], name="segment_placed_once")]
        indexes = [models.Index(fields=["tenant", "candidate"], name="segment_placement_by_person")]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.placing} {self.segment_id}"
