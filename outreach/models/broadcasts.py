"""Broadcasts: one message to an audience, frozen when it is sent off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from outreach.choices import PLANNED_PRIORITIES, BroadcastStatus, BroadcastTime, Priority, SenderChoice
from outreach.models.followed import Followed
from outreach.models.mailbox import Mailbox
from outreach.models.templates import MessageTemplate
from outreach.models.topics import Topic
from talent.models import Candidate, Segment, TalentPool


class Broadcast(Followed):
    """One message to many. Its words, audience and time may change while it is a draft, and never afterwards.

    `goes_at` is the moment, or a moment of the day in whose morning each person gets it. What has not gone
    `days_open` days later is not sent any more.
    """

    name = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=BroadcastStatus, default=BroadcastStatus.DRAFT)
    topic = TenantForeignKey(Topic, on_delete=models.PROTECT, related_name="broadcasts", null=True, blank=True)
    template = TenantForeignKey(MessageTemplate, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(max_length=20_000, blank=True)
    mailbox = TenantForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    sender = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    sender_choice = models.CharField("who writes", max_length=12, choices=SenderChoice, default=SenderChoice.FIXED)
    priority = models.PositiveSmallIntegerField(choices=PLANNED_PRIORITIES, default=Priority.LOW)
    sender_name = models.CharField(max_length=120, blank=True, help_text="Shown as sender; empty: the colleague's.")
    time = models.CharField("when", max_length=8, choices=BroadcastTime, default=BroadcastTime.AT_ONCE)
    goes_at = models.DateTimeField(null=True, blank=True)
    days_open = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(60)], help_text="Then it is no longer news."
    )
    tracks_opens = models.BooleanField("count opens", default=True)
    tracks_clicks = models.BooleanField("count clicks", default=True)
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    freezing_at = models.DateTimeField(null=True, blank=True, help_text="Since when its audience is being frozen.")
    frozen_to = models.UUIDField(null=True, blank=True, help_text="Who was looked at last, in the order of keys.")
    expected = models.PositiveIntegerField(default=0, help_text="How many may be in the audience at most.")
    frozen_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0, help_text="The audience, as far as it is frozen.")
    asked_for = models.JSONField(default=list, blank=True, help_text="Sentences: why a second person must approve.")
    submitted_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    approved_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    sent_back_words = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="broadcast_name_once"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("submitted_by")),
                name="broadcast_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(goes_at__isnull=False, frozen_at__isnull=False),
                name="broadcast_started_when_frozen",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[BroadcastStatus.DRAFT, BroadcastStatus.FREEZING]) | Q(frozen_at__isnull=False),
                name="broadcast_waits_with_a_whole_audience",
            ),
            models.CheckConstraint(
                condition=Q(status=BroadcastStatus.FREEZING, freezing_at__isnull=False)
                | (~Q(status=BroadcastStatus.FREEZING) & Q(freezing_at=None)),
                name="broadcast_is_frozen_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == BroadcastStatus.DRAFT

    @property
    def is_freezing(self) -> bool:
        return self.status == BroadcastStatus.FREEZING

    @property
    def is_running(self) -> bool:
        return self.status == BroadcastStatus.RUNNING

    @property
    def goes_until(self) -> datetime | None:
        """After this moment nothing of it goes; a day is added for mornings on the other side of the world."""
        return self.goes_at + timedelta(days=self.days_open + 1) if self.goes_at else None


class AudienceSource(TenantModel):
    """A segment or a pool whose people are in a broadcast's audience, or are kept out of it."""

    broadcast = TenantForeignKey(Broadcast, on_delete=models.CASCADE, related_name="sources")
    segment = TenantForeignKey(Segment, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    pool = TenantForeignKey(TalentPool, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    is_excluded = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "broadcast", "segment", "pool"], name="audience_source_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(segment=None, pool__isnull=False) | Q(segment__isnull=False, pool=None),
                name="audience_source_is_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.segment or self.pool)


class BroadcastRecipientQuerySet(TenantQuerySet["BroadcastRecipient"]):
    """The frozen audiences of the current tenant."""

    def to_plan(self, broadcast_id: UUID) -> BroadcastRecipientQuerySet:
        return self.filter(broadcast=broadcast_id, is_planned=False).order_by("pk")


class BroadcastRecipientManager(TenantManager.from_queryset(BroadcastRecipientQuerySet)):  # type: ignore[misc]
    """The frozen audiences of the current tenant."""


class BroadcastRecipient(TenantModel):
    """Somebody in a frozen audience, and the first segment or pool that put them there."""

    broadcast = TenantForeignKey(Broadcast, on_delete=models.CASCADE, related_name="recipients")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    source_name = models.CharField(max_length=120, blank=True, help_text="As it was called then.")
    is_planned = models.BooleanField(default=False, help_text="There is a row for them in the ledger.")

    objects: ClassVar[BroadcastRecipientManager] = BroadcastRecipientManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "broadcast", "candidate"], name="broadcast_recipient_once")
        ]
        indexes = [
            models.Index(fields=["tenant", "candidate"], name="recipient_by_person"),
            models.Index(fields=["tenant", "broadcast", "id"], condition=Q(is_planned=False), name="recipient_to_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} of {self.broadcast_id}"
