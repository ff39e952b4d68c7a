"""Companies and mail domains whose people are not contacted, and the exceptions that a manager made."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import OffLimitsKind, OffLimitsStrength
from talent.models.candidate import Candidate


class OffLimitsQuerySet(TenantQuerySet["OffLimitsCompany"]):
    """Companies and domains of the current tenant."""

    def unlifted(self) -> OffLimitsQuerySet:
        """Those that nobody took off the list; some may be over (`holds` says)."""
        return self.filter(lifted_at=None)

    def in_force(self, now: datetime | None = None) -> OffLimitsQuerySet:
        return self.filter(Q(until=None) | Q(until__gt=now or Now()), lifted_at=None)

    def over(self, now: datetime) -> OffLimitsQuerySet:
        """Those that ended by themselves."""
        return self.unlifted().filter(until__lte=now)

    def companies(self) -> OffLimitsQuerySet:
        return self.filter(kind=OffLimitsKind.COMPANY)

    def domains(self) -> OffLimitsQuerySet:
        return self.filter(kind=OffLimitsKind.DOMAIN)


class OffLimitsManager(TenantManager.from_queryset(OffLimitsQuerySet)):  # type: ignore[misc]
    """Companies and domains of the current tenant."""


class OffLimitsCompany(TenantModel):
    """A company, or a mail domain with all below it, whose people are not contacted: clients, partners, ourselves.

    `normal` is what equality is judged by: a company's name as `app.plain` gives it, a domain in lower case.
    """

    kind = models.CharField(max_length=8, choices=OffLimitsKind)
    value = models.CharField(max_length=200)
    normal = models.CharField(max_length=200, editable=False)
    strength = models.CharField(max_length=5, choices=OffLimitsStrength, default=OffLimitsStrength.BLOCK)
    also_past = models.BooleanField(default=False, help_text="Also whoever worked there before.")
    reason = models.CharField(max_length=300)
    added_by = models.CharField(max_length=120)
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends by itself; empty: never.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True)

    objects: ClassVar[OffLimitsManager] = OffLimitsManager()

    class Meta(TenantModel.Meta):
        ordering = ["kind", "value"]
        verbose_name_plural = "off-limits companies"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "normal"], condition=Q(lifted_at=None), name="off_limits_once"
            )
        ]

    def __str__(self) -> str:
        return self.value

    @property
    def blocks(self) -> bool:
        return self.strength == OffLimitsStrength.BLOCK

    def holds(self, now: datetime) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > now)


class ContactExceptionQuerySet(TenantQuerySet["ContactException"]):
    """Exceptions of the current tenant."""

    def unended(self) -> ContactExceptionQuerySet:
        """Those that nobody ended; some may be over (`holds` says)."""
        return self.filter(ended_at=None)

    def in_force(self, now: datetime) -> ContactExceptionQuerySet:
        return self.filter(until__gt=now, ended_at=None)


class ContactExceptionManager(TenantManager.from_queryset(ContactExceptionQuerySet)):  # type: ignore[misc]
    """Exceptions of the current tenant."""


class ContactException(TenantModel):
    """Leave to write to one person for a while in spite of our own bans; never in spite of the person's own word."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="contact_exceptions", db_index=False)
    reason = models.CharField(max_length=300)
    granted_by = models.CharField(max_length=120)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ContactExceptionManager] = ContactExceptionManager()

    class Meta(TenantModel.Meta):
        ordering = ["-until"]
        indexes = [models.Index(fields=["tenant", "candidate", "until"], name="contact_exception_by_person")]

    def __str__(self) -> str:
        return self.reason

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and self.until > now
