"""Notes of the team about a person."""

from __future__ import annotations

from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models.candidate import Candidate


class Note(TenantModel):
    """Internal text; the person never sees it."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="notes")
    author = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True)
    text = models.TextField(max_length=10000)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["tenant", "candidate", "-created_at"], name="note_by_candidate")]

    def __str__(self) -> str:
        return self.text[:60]
