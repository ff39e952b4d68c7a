"""What mail providers report: their calls as they came, and each event once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from crm.tenancy.models import TenantForeignKey, TenantModel
from outreach.models.ledger import OutboundMessage
from outreach.models.mailbox import Mailbox


class CallState(models.TextChoices):
    """How far a provider's call is worked off."""

    STORED = "stored", "Waiting"
    READ = "read", "Read"
    FAILED = "failed", "Unreadable"


class ProviderCall(TenantModel):
    """One call of a provider's webhook, stored before it is answered and read afterwards.

    `digest` (SHA-256 of the body) makes a call that comes again the same one. `headers` are those that reading needs.
    """

    mailbox = TenantForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=16)
    body = models.BinaryField()
    content_type = models.CharField(max_length=120, blank=True)
    headers = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CallState, default=CallState.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "mailbox", "digest"], name="provider_call_once"),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(state="stored"), name="provider_call_waiting"),
            models.Index(fields=["tenant", "received_at"], name="provider_call_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.received_at:%Y-%m-%d %H:%M:%S}"


class ProviderEvent(TenantModel):
    """One event that a provider reported; its key is unique, so that it has one effect however often it comes."""

    mailbox = TenantForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    message = TenantForeignKey(OutboundMessage, on_delete=models.CASCADE, related_name="+", null=True)
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    occurred_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "mailbox", "key"], name="provider_event_once")]
        indexes = [models.Index(fields=["tenant", "occurred_at"], name="provider_event_by_age")]

    def __str__(self) -> str:
        return self.kind
