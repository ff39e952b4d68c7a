"""Mails as they came in, byte for byte, and the secret that machines deliver them with."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.models import StoredFile
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from inbox.choices import InboundSource, InboundState


class InboundMailQuerySet(TenantQuerySet["InboundMail"]):
    """Mails of the current tenant."""

    def waiting(self) -> InboundMailQuerySet:
        return self.filter(state=InboundState.STORED)

    def failed(self) -> InboundMailQuerySet:
        return self.filter(state=InboundState.FAILED).order_by("-received_at")


class InboundMailManager(TenantManager.from_queryset(InboundMailQuerySet)):  # type: ignore[misc]
    """Mails of the current tenant."""


class InboundMail(TenantModel):
    """One delivery, stored before it is answered and read afterwards.

    `source_uid` is the sender's own key for this delivery; `fingerprint` tells, once it is read, that the same mail
    came by another way as well. Both are unique, so that two deliveries have one effect.
    """

    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=InboundSource)
    source_uid = models.CharField(max_length=255)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=InboundState, default=InboundState.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    objects: ClassVar[InboundMailManager] = InboundMailManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "source", "source_uid"], name="inbound_delivery_once"),
            models.UniqueConstraint(
                fields=["tenant", "fingerprint"],
                condition=~Q(fingerprint="") & ~Q(state="duplicate"),
                name="inbound_mail_once",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(state="stored"), name="inbound_waiting"),
            models.Index(fields=["tenant", "state", "-received_at"], name="inbound_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.source_uid}"


class InboundHook(TenantModel):
    """The one secret of a tenant with which machines deliver mail; only its SHA-256 is kept."""

    prefix = models.CharField(max_length=16, editable=False, help_text="The first letters, to recognise it by.")
    secret_hash = models.CharField(max_length=64, editable=False)
    made_by = models.CharField(max_length=120)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="inbound_hook_once")]

    def __str__(self) -> str:
        return f"{self.prefix}…"
