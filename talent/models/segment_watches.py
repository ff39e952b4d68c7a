"""Who wants to hear of newcomers in which segment."""

from __future__ import annotations

from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models.segments import Segment


class SegmentWatch(TenantModel):
    """A member who is told when somebody enters a segment. `since` is when what they have not read yet begins."""

    segment = TenantForeignKey(Segment, on_delete=models.CASCADE, related_name="watches", db_index=False)
    member = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "segment", "member"], name="segment_watch_once")]

    def __str__(self) -> str:
        return f"{self.member_id} watches {self.segment_id}"
