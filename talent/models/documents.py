"""Documents of a person, and where each value about the person came from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.models import StoredFile
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import DocumentKind
from talent.models.candidate import Candidate


class DocumentQuerySet(TenantQuerySet["Document"]):
    """Documents of the current tenant."""

    def current(self) -> DocumentQuerySet:
        """The newest version of each: the one that is searched."""
        return self.filter(replaced_at=None)


class DocumentManager(TenantManager.from_queryset(DocumentQuerySet)):  # type: ignore[misc]
    """Documents of the current tenant."""


class Document(TenantModel):
    """A file about a person, with the text read from it. A later version names the first one as its `original`."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="documents", db_index=False)
    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind, default=DocumentKind.RESUME)
    text = models.TextField(blank=True)
    original = TenantForeignKey(
        "self", on_delete=models.CASCADE, related_name="versions", null=True, blank=True, db_index=False
    )
    version = models.PositiveSmallIntegerField(default=1)
    replaced_at = models.DateTimeField(null=True, blank=True, help_text="When a newer version took its place.")

    objects: ClassVar[DocumentManager] = DocumentManager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "original", "version"], name="document_version_once"),
            models.UniqueConstraint(
                fields=["tenant", "original"],
                condition=Q(replaced_at=None, original__isnull=False),
                name="document_one_current",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "candidate"], name="document_by_candidate")]

    def __str__(self) -> str:
        return self.file.name


class Provenance(TenantModel):
    """Where one value came from: the words it was read from, or the hand or file that gave it."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="provenance", db_index=False)
    field = models.CharField(
        max_length=60, help_text="Name of the field: name, email, phone, skill, employment, custom.key ..."
    )
    value = models.CharField(max_length=400)
    snippet = models.CharField(max_length=600, blank=True, help_text="The text it was read from, word for word.")
    confidence = models.FloatField(default=1.0, help_text="0 to 1; 1 for what a person typed.")
    origin = models.CharField(max_length=120, help_text="What gave it: a file's name, a colleague, the person.")
    document = TenantForeignKey(Document, on_delete=models.CASCADE, related_name="provenance", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        verbose_name_plural = "provenance"
        indexes = [models.Index(fields=["tenant", "candidate", "field"], name="provenance_by_field")]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
