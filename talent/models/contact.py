"""How a person can be reached, and whether they may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from crm.tenancy.many import among_texts
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.choices import IDENTIFYING_KINDS, BanReason, BanScope, Channel, ContactKind, PointChange, PointUse
from talent.models.candidate import Candidate


class ContactPointQuerySet(TenantQuerySet["ContactPoint"]):
    """Contact points of the current tenant."""

    def emails(self) -> ContactPointQuerySet:
        return self.filter(kind=ContactKind.EMAIL)

    def owners_of(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """{(kind, normal form): candidate} for the identifying keys that are known."""
        return {(one.kind, one.normal): one.candidate_id for one in self.naming(keys)}

    def naming(self, keys: Iterable[tuple[str, str]]) -> ContactPointQuerySet:
        """The rows of those of the keys that identify a person."""
        wanted = Q(pk__in=[])
        for kind, normal in keys:
            if kind in IDENTIFYING_KINDS:
                wanted |= Q(kind=kind, normal=normal)
        return self.filter(wanted)._naming()

    def named_alike(self, normals: str) -> ContactPointQuerySet:
        """The rows that identify a person and have one of these normal forms, told as `crm.tenancy.many.texts`."""
        return self.filter(among_texts("normal", normals), kind__in=sorted(map(str, IDENTIFYING_KINDS)))._naming()

    def _naming(self) -> ContactPointQuerySet:
        return self.only("tenant_id", "kind", "normal", "candidate_id")


class ContactPointManager(TenantManager.from_queryset(ContactPointQuerySet)):  # type: ignore[misc]
    """Contact points of the current tenant."""


class ContactPoint(TenantModel):
    """An address, number or profile link. `normal` is the form that equality is judged by (see `talent.identity`)."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="contact_points", db_index=False)
    kind = models.CharField(max_length=12, choices=ContactKind)
    value = models.CharField(max_length=320)
    normal = models.CharField(max_length=320, editable=False)
    use = models.CharField(max_length=8, choices=PointUse, blank=True)
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True, help_text="The address itself is bad.")

    objects: ClassVar[ContactPointManager] = ContactPointManager()

    class Meta(TenantModel.Meta):
        ordering = ["kind", "-is_primary", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "normal"],
                condition=Q(kind__in=[str(k) for k in IDENTIFYING_KINDS]),
                name="contact_point_names_one_person",
            ),
            models.UniqueConstraint(fields=["tenant", "candidate", "kind", "normal"], name="contact_point_once"),
            models.UniqueConstraint(
                fields=["tenant", "candidate", "kind"], condition=Q(is_primary=True), name="contact_point_one_primary"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "normal"], name="contact_point_by_normal"),
            GinIndex(F("tenant"), OpClass(F("normal"), "gin_trgm_ops"), name="contact_point_fragment"),
        ]

    def __str__(self) -> str:
        return self.value


class ContactPointChange(TenantModel):
    """What happened to a contact point, kept when the point itself is gone; `was` is what it said before."""

    candidate = TenantForeignKey(
        Candidate, on_delete=models.CASCADE, related_name="contact_point_changes", db_index=False
    )
    change = models.CharField(max_length=8, choices=PointChange)
    kind = models.CharField(max_length=12, choices=ContactKind)
    value = models.CharField(max_length=320)
    was = models.CharField(max_length=320, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["tenant", "candidate", "-changed_at"], name="point_change_by_person")]

    def __str__(self) -> str:
        return f"{self.value}: {self.get_change_display()}"


class ContactBanQuerySet(TenantQuerySet["ContactBan"]):
    """Bans of the current tenant."""

    def unlifted(self) -> ContactBanQuerySet:
        """Those that nobody lifted; some may be over (`holds` says)."""
        return self.filter(lifted_at=None)

    def in_force(self, now: datetime | None = None) -> ContactBanQuerySet:
        """Neither lifted nor over, at `now` or by the clock of the database."""
        return self.filter(Q(until=None) | Q(until__gt=now or Now()), lifted_at=None)

    def over(self, now: datetime) -> ContactBanQuerySet:
        """Those that ended by themselves."""
        return self.unlifted().filter(until__lte=now)

    def against_mail(self) -> ContactBanQuerySet:
        """Those that keep a mail from going: not the ones about another channel."""
        return self.exclude(~Q(channel=Channel.EMAIL), scope=BanScope.CHANNEL)

    def against_writing(self) -> ContactBanQuerySet:
        """Those that keep a colleague from writing a mail: on everything, or on mail; not the ones about mailings."""
        return self.filter(Q(scope=BanScope.ALL) | Q(channel=Channel.EMAIL))

    def on_everything(self) -> ContactBanQuerySet:
        return self.filter(scope=BanScope.ALL)


class ContactBanManager(TenantManager.from_queryset(ContactBanQuerySet)):  # type: ignore[misc]
    """Bans of the current tenant."""


class ContactBan(TenantModel):
    """A ban on contact with a person: all of it, mailings alone, or one channel. Lifting it is a second moment."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="bans")
    scope = models.CharField(max_length=12, choices=BanScope, default=BanScope.ALL)
    channel = models.CharField(max_length=8, choices=Channel, blank=True)
    reason = models.CharField(max_length=16, choices=BanReason)
    evidence = models.CharField(max_length=300, blank=True, help_text="How we know, in words.")
    banned_at = models.DateTimeField()
    banned_by = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends by itself; empty: never.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True)

    objects: ClassVar[ContactBanManager] = ContactBanManager()

    class Meta(TenantModel.Meta):
        ordering = ["-banned_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "candidate", "reason", "scope", "channel", "until"],
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="contact_ban_once",
            ),
            models.CheckConstraint(
                condition=Q(scope=BanScope.CHANNEL) ^ Q(channel=""), name="contact_ban_names_its_channel"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "until"], condition=Q(until__isnull=False, lifted_at=None), name="contact_ban_by_end"
            )
        ]

    def __str__(self) -> str:
        what = {BanScope.MARKETING: " (mailings only)", BanScope.CHANNEL: f" ({self.get_channel_display()} only)"}
        return f"{self.get_reason_display()}{what.get(BanScope(self.scope), '')}"

    def holds(self, now: datetime) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > now)
