"""Uploaded files: what is known of them; their bytes live in the file storage under a key of ours."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantModel


class StoredFile(TenantModel):
    """One uploaded file. `key` is made by us, `name` is only ever shown."""

    key = models.CharField(max_length=120, editable=False)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="stored_file_key_once")]
        indexes = [models.Index(fields=["tenant", "sha256"], name="stored_file_by_content")]

    def __str__(self) -> str:
        return self.name
