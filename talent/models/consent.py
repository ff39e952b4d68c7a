"""The consent ledger: what people agreed to, in which words, and what each purpose rests on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState, LawfulBasis
from talent.models.candidate import Candidate


class PurposeBasis(TenantModel):
    """What one purpose rests on in this tenant; without a row, on legitimate interest."""

    purpose = models.CharField(max_length=12, choices=ConsentPurpose)
    basis = models.CharField(max_length=20, choices=LawfulBasis, default=LawfulBasis.LEGITIMATE_INTEREST)
    valid_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long a consent holds; empty: until it is withdrawn."
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "purpose"], name="purpose_basis_once")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.get_basis_display()}"


class ConsentWording(TenantModel):
    """The words that people were shown. Append-only: a change of words is the next version."""

    purpose = models.CharField(max_length=12, choices=ConsentPurpose)
    language = models.CharField(max_length=8, default="en", help_text="ISO 639-1.")
    version = models.PositiveIntegerField()
    text = models.TextField()
    written_by = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        ordering = ["purpose", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "purpose", "language", "version"], name="consent_wording_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.language}, version {self.version}"


class ConsentRecordQuerySet(TenantQuerySet["ConsentRecord"]):
    """Records of the current tenant."""

    def about_channel(self, channel: str) -> ConsentRecordQuerySet:
        """What was said of this channel or of all of them."""
        return self.filter(channel__in=["", channel])

    def newest(self, channel: str = Channel.EMAIL) -> ConsentRecordQuerySet:
        """What holds for a channel, unless it has run out: each person's newest word on each purpose.

        The ledger is read backwards by its index; the records of one person are a handful.
        """
        newest = (
            ConsentRecord.objects.about_channel(channel)
            .filter(candidate_id=OuterRef("candidate_id"), purpose=OuterRef("purpose"))
            .order_by("-occurred_at", "-pk")
            .values("pk")[:1]
        )
        return self.about_channel(channel).filter(pk=Subquery(newest))

    def of_people(self, people: Collection[UUID]) -> ConsentRecordQuerySet:
        return self.filter(candidate_id__in=people)

    def newest_first(self) -> ConsentRecordQuerySet:
        return self.order_by("-occurred_at", "-pk")

    def valid(self, now: datetime) -> ConsentRecordQuerySet:
        """Given, and not run out."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), state=ConsentState.GIVEN)


class ConsentRecordManager(TenantManager.from_queryset(ConsentRecordQuerySet)):  # type: ignore[misc]
    """Records of the current tenant."""


class ConsentRecord(TenantModel):
    """One thing a person said about one purpose. Append-only for the app role; `channel` empty means all of them.

    The rows go with the person: the database's own key deletes them. A merge hands them over by `app.hand_over`.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.DO_NOTHING, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=12, choices=ConsentPurpose)
    channel = models.CharField(max_length=8, choices=Channel, blank=True)
    state = models.CharField(max_length=10, choices=ConsentState)
    wording = TenantForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="records", null=True, blank=True)
    origin = models.CharField(max_length=12, choices=ConsentOrigin)
    recorded_by = models.CharField(max_length=120)
    evidence = models.CharField(max_length=300, blank=True, help_text="Where the proof is, in words.")
    occurred_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ConsentRecordManager] = ConsentRecordManager()

    class Meta(TenantModel.Meta):
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(state=ConsentState.GIVEN, expires_at__gt=F("occurred_at")),
                name="consent_expires_later",
            )
        ]
        indexes = [
            models.Index(
                fields=["tenant", "candidate", "purpose", "channel", "-occurred_at", "-id"], name="consent_by_person"
            ),
            models.Index(
                fields=["tenant", "purpose", "expires_at", "candidate"],
                condition=Q(expires_at__isnull=False),
                name="consent_by_expiry",
            ),
            models.Index(fields=["tenant", "purpose", "state", "candidate"], name="consent_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.get_state_display()}"
