"""What people told us about themselves: short facts, how they like to be contacted, how they came to us."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q

from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent import tongues
from talent.choices import Address, Channel, FactKind
from talent.models.candidate import Candidate, Source


class CandidateFactQuerySet(TenantQuerySet["CandidateFact"]):
    """Facts of the current tenant."""

    def standing(self, today: date) -> CandidateFactQuerySet:
        """What holds today: neither settled nor out of date."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=today), settled_at=None)


class CandidateFactManager(TenantManager.from_queryset(CandidateFactQuerySet)):  # type: ignore[misc]
    """Facts of the current tenant."""


class CandidateFact(TenantModel):
    """A short dated statement: “notice period three months”, “we send her the paper”, “would she move?”.

    `subject_type` and `subject_id` name the note or message that it was read from, `origin` says so in words.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="facts", db_index=False)
    kind = models.CharField(max_length=8, choices=FactKind, default=FactKind.FACT)
    text = models.CharField(max_length=280)
    stated_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When a promise was kept, a question answered.")
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    origin = models.CharField(max_length=120, help_text="Who wrote it down, or what it was read from, in words.")

    objects: ClassVar[CandidateFactManager] = CandidateFactManager()

    class Meta(TenantModel.Meta):
        ordering = ["-stated_on", "-id"]
        indexes = [
            models.Index(fields=["tenant", "candidate", "-stated_on"], name="candidate_fact_by_person"),
            # For rules: what stands, by its words, its kind and its days.
            models.Index(
                fields=["tenant", "kind", "candidate", "valid_until"],
                condition=Q(settled_at=None),
                name="candidate_fact_by_kind",
            ),
            models.Index(
                fields=["tenant", "stated_on", "candidate"], condition=Q(settled_at=None), name="candidate_fact_by_day"
            ),
            models.Index(
                fields=["tenant", "valid_until", "candidate"],
                condition=Q(settled_at=None, valid_until__isnull=False),
                name="candidate_fact_by_end",
            ),
            GinIndex(
                F("tenant"),
                OpClass(Func(F("text"), function="app.plain"), "gin_trgm_ops"),
                condition=Q(settled_at=None),
                name="candidate_fact_by_words",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ContactPreference(TenantModel):
    """How one person likes to be contacted; no row where nobody asked."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="preferences", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel, blank=True)
    hours_from = models.TimeField(null=True, blank=True, help_text="In the person's own time zone.")
    hours_until = models.TimeField(null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="ISO 8601: 1 Monday.")
    language = models.CharField(max_length=2, blank=True, help_text="ISO 639-1.")
    address = models.CharField("form of address", max_length=10, choices=Address, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    paused_until = models.DateField(null=True, blank=True, help_text="They asked not to hear from us before that day.")
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "candidate"], name="contact_preference_once"),
            models.CheckConstraint(
                condition=Q(hours_from=None, hours_until=None) | Q(hours_until__gt=F("hours_from")),
                name="contact_preference_hours",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "paused_until"], condition=Q(paused_until__isnull=False), name="preference_by_pause"
            ),
            models.Index(
                fields=["tenant", "channel", "candidate"], condition=~Q(channel=""), name="preference_by_channel"
            ),
            models.Index(
                fields=["tenant", "language", "candidate"], condition=~Q(language=""), name="preference_by_language"
            ),
        ]

    @property
    def language_name(self) -> str:
        return tongues.name(self.language)

    def __str__(self) -> str:
        return f"How to contact {self.candidate_id}"


class SourceTouch(TenantModel):
    """One more time that a person came to us. The first one is the candidate's `source` and stays."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="source_touches", db_index=False)
    source = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="touches", db_index=False)
    touched_at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True, help_text="The file, the form, the colleague, in words.")

    class Meta(TenantModel.Meta):
        ordering = ["touched_at", "id"]
        verbose_name_plural = "source touches"
        indexes = [
            models.Index(fields=["tenant", "candidate", "touched_at"], name="source_touch_by_person"),
            models.Index(fields=["tenant", "source", "candidate"], name="source_touch_by_source"),
        ]

    def __str__(self) -> str:
        return str(self.source)
