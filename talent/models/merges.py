"""Merges of two records of one person, and the journal that takes them back."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import JournalKind
from talent.models.candidate import Candidate


class MergeOperationQuerySet(TenantQuerySet["MergeOperation"]):
    """Merges of the current tenant."""

    def standing(self) -> MergeOperationQuerySet:
        return self.filter(undone_at=None, survivor__isnull=False)

    def into(self, candidate_id: UUID) -> MergeOperationQuerySet:
        return self.standing().filter(survivor_id=candidate_id).order_by("-merged_at", "-pk")

    def can_be_undone(self, since: datetime) -> MergeOperationQuerySet:
        return self.standing().filter(merged_at__gt=since)


class MergeOperationManager(TenantManager.from_queryset(MergeOperationQuerySet)):  # type: ignore[misc]
    """Merges of the current tenant."""


class MergeOperation(TenantModel):
    """One merge: the record `merged_id` became part of `survivor`. A later merge of the survivor moves it along."""

    survivor = TenantForeignKey(Candidate, on_delete=models.SET_NULL, related_name="merges", null=True, db_index=False)
    merged_id = models.UUIDField()
    merged_name = models.CharField(max_length=200, blank=True)
    merged_by = models.CharField(max_length=120)
    merged_at = models.DateTimeField()
    undone_by = models.CharField(max_length=120, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MergeOperationManager] = MergeOperationManager()

    class Meta(TenantModel.Meta):
        ordering = ["-merged_at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "survivor", "-merged_at"], name="merge_by_survivor"),
            models.Index(fields=["tenant", "merged_id"], name="merge_by_merged"),
        ]

    def __str__(self) -> str:
        return self.merged_name


class MergeJournalEntry(TenantModel):
    """What a merge did to one table, in order: which rows it moved, changed or dropped, and what they said before."""

    operation = TenantForeignKey(MergeOperation, on_delete=models.CASCADE, related_name="journal", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=JournalKind)
    table = models.CharField(max_length=63)
    column = models.CharField(max_length=63, blank=True)
    row_ids = ArrayField(models.UUIDField(), default=list)
    before = models.JSONField(default=list, help_text="Whole rows as they were, or {id, old value}, as JSON.")

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["tenant", "operation", "position"], name="merge_journal_order")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.table}"


class NotTheSameQuerySet(TenantQuerySet["NotTheSame"]):
    """Pairs that somebody told apart."""

    def about(self, candidate_id: UUID) -> NotTheSameQuerySet:
        return self.filter(Q(first=candidate_id) | Q(second=candidate_id))

    def between(self, one: UUID, other: UUID) -> NotTheSameQuerySet:
        """Whichever way round it was said."""
        return self.filter(Q(first=one, second=other) | Q(first=other, second=one))


class NotTheSameManager(TenantManager.from_queryset(NotTheSameQuerySet)):  # type: ignore[misc]
    """Pairs that somebody told apart."""


class NotTheSame(TenantModel):
    """Two records that look alike and are two people: a colleague said so, and nobody is asked again."""

    first = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="told_apart_first", db_index=False)
    second = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="told_apart_second", db_index=False)
    said_by = models.CharField(max_length=120)
    said_at = models.DateTimeField()

    objects: ClassVar[NotTheSameManager] = NotTheSameManager()

    class Meta(TenantModel.Meta):
        ordering = ["-said_at", "-id"]
        verbose_name = "pair that was told apart"
        verbose_name_plural = "pairs that were told apart"
        constraints = [models.UniqueConstraint(fields=["tenant", "first", "second"], name="told_apart_once")]
        indexes = [models.Index(fields=["tenant", "second"], name="told_apart_by_second")]

    def __str__(self) -> str:
        return f"told apart by {self.said_by}"
