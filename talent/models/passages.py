"""Passages: the texts about a person in pieces that can be found, shown as evidence, and compared by meaning."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func
from pgvector.django import BitField

from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import PassageKind
from talent.models.candidate import Candidate

DIMENSIONS = 256


class PassageFields(TenantModel):
    """The columns of a passage. `bits` and `code` are its vector (`talent.search.embedding`), without the person's
    name and whatever the law protects; empty while no model is there. bit(256) is PostgreSQL's own: no extension is
    needed to keep it.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=PassageKind)
    origin = models.UUIDField(help_text="Key of the note or document; of the person, for the profile.")
    number = models.PositiveSmallIntegerField(help_text="Place within its origin.")
    text = models.TextField()
    search = models.GeneratedField(
        expression=Func(F("text"), function="app.words"), output_field=SearchVectorField(), db_persist=True
    )
    bits = BitField(length=DIMENSIONS, null=True, editable=False)
    code = models.BinaryField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.text[:60]


class Passage(PassageFields):
    """A few sentences about a person. `talent.services.passages` alone writes them, out of the rows they come from."""

    class Meta(PassageFields.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "candidate", "kind", "origin", "number"], name="passage_once")
        ]
        indexes = [
            GinIndex(fields=["tenant", "search"], name="passage_search"),
            # Covers the scan by meaning: a tenant's signs lie side by side, and the texts are not read.
            models.Index(fields=["tenant", "candidate"], include=["id", "bits"], name="passage_signs"),
        ]


class FencedPassageManager(TenantManager):
    """Reads the fenced view, without the long columns."""

    def beginning(self, rows: TenantQuerySet[FencedPassage]) -> TenantQuerySet[FencedPassage]:
        return rows.defer("search", "bits", "code")


class FencedPassage(PassageFields):
    """The same rows through the fenced view, so that the index of words works. Nothing is deleted through it."""

    candidate = TenantForeignKey(Candidate, on_delete=models.DO_NOTHING, related_name="+")  # the table's rows cascade

    objects: ClassVar[FencedPassageManager] = FencedPassageManager()

    class Meta(PassageFields.Meta):
        managed = False
        db_table = "talent_passage_fenced"


class StaleText(TenantModel):
    """A person whose texts changed since their passages were made. Written with the change, taken by a worker.

    Several rows about one person are one piece of work. `attempts` is bounded; `problem` tells what went wrong last.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+", db_index=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "due_at"], name="stale_text_by_time"),
            models.Index(fields=["tenant", "candidate"], name="stale_text_by_person"),
        ]

    def __str__(self) -> str:
        return str(self.candidate_id)
