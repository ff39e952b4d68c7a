"""Files that were, or are to be, read into people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Count

from crm.models import StoredFile
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from sourcing.choices import RowState
from sourcing.models.batches import ImportBatch
from talent.models import Candidate


class ParsedDocumentQuerySet(TenantQuerySet["ParsedDocument"]):
    """Files to be read, of the current tenant."""

    def waiting(self) -> ParsedDocumentQuerySet:
        return self.filter(state=RowState.WAITING)

    def sums(self) -> dict[str, int]:
        """{state: files}; states without files are left out."""
        return dict(self.order_by().values_list("state").annotate(n=Count("pk")))


class ParsedDocumentManager(TenantManager.from_queryset(ParsedDocumentQuerySet)):  # type: ignore[misc]
    """Files to be read, of the current tenant."""


class ParsedDocument(TenantModel):
    """One résumé on its way in. `result` is a `ParsedResume` (sourcing.resumes.fields) as JSON, with every source."""

    batch = TenantForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="documents")
    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RowState, default=RowState.WAITING)
    problem = models.CharField(max_length=500, blank=True)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    candidate = TenantForeignKey(Candidate, on_delete=models.SET_NULL, related_name="+", null=True)

    objects: ClassVar[ParsedDocumentManager] = ParsedDocumentManager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["tenant", "state"], name="parsed_document_by_state"),
            models.Index(fields=["tenant", "batch", "-created_at"], name="parsed_document_by_batch"),
        ]

    def __str__(self) -> str:
        return self.file.name
