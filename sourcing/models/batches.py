"""Import batches and their rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Count

from crm.models import Member, StoredFile
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from sourcing.choices import BatchKind, BatchState, RowState
from talent.models import Candidate


class ImportBatch(TenantModel):
    """One run of an import. `mapping` lists, column by column, a Target; `dialect` says how the file was read."""

    kind = models.CharField(max_length=8, choices=BatchKind, default=BatchKind.TABLE)
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", null=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    dialect = models.JSONField(default=dict)
    tag = models.CharField(max_length=60, blank=True, help_text="Put on everybody in this batch.")
    started_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True)
    started_by_label = models.CharField(max_length=120)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        verbose_name_plural = "import batches"
        indexes = [models.Index(fields=["tenant", "state"], name="import_batch_by_state")]
        constraints = [
            # Files of one stack arrive at the same moment, in several requests.
            models.UniqueConstraint(
                fields=["tenant", "name", "started_by_label"],
                condition=models.Q(kind=BatchKind.RESUMES),
                name="import_batch_of_resumes_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportRowQuerySet(TenantQuerySet["ImportRow"]):
    """Rows of imports of the current tenant."""

    def waiting(self) -> ImportRowQuerySet:
        return self.filter(state=RowState.WAITING).order_by("number")

    def sums(self) -> dict[str, int]:
        """{state: rows}; states without rows are left out."""
        return dict(self.order_by().values_list("state").annotate(n=Count("pk")))

    def expected(self) -> dict[str, int]:
        """{forecast: rows} of a checked batch."""
        return dict(self.order_by().values_list("forecast").annotate(n=Count("pk")))


class ImportRowManager(TenantManager.from_queryset(ImportRowQuerySet)):  # type: ignore[misc]
    """Rows of imports of the current tenant."""


class ImportRow(TenantModel):
    """One row of a table as it stood in the file, and what became of it. `number` counts from 1, headings not."""

    batch = TenantForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    values = models.JSONField()
    state = models.CharField(max_length=10, choices=RowState, default=RowState.WAITING)
    forecast = models.CharField(max_length=10, blank=True, help_text="What the check expects to become of it.")
    problem = models.CharField(max_length=500, blank=True)
    candidate = TenantForeignKey(Candidate, on_delete=models.SET_NULL, related_name="+", null=True)

    objects: ClassVar[ImportRowManager] = ImportRowManager()

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["tenant", "batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["tenant", "batch", "state", "number"], name="import_row_by_state")]

    def __str__(self) -> str:
        return f"Row {self.number}"
