"""Domains that a tenant sends from: the key that signs for one, and what its DNS said when it was last asked."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from crm.tenancy.models import TenantModel


class SendingDomain(TenantModel):
    """A domain of a from address. Mails over SMTP are signed once its public key was seen in the DNS.

    `public_key` is base64 of the key in DER, as the DNS has it; `findings` are those of `domain_checks`.
    """

    domain = models.CharField(max_length=190)
    selector = models.CharField(max_length=63)
    public_key = models.TextField(editable=False)
    sealed_private_key = models.TextField(editable=False)
    published_at = models.DateTimeField(null=True, blank=True, help_text="When its key was first seen in the DNS.")
    checked_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=list, blank=True)
    daily_cap = models.PositiveIntegerField(
        "mails a day",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text="Of all mailboxes of the domain together, by the workspace's clock; empty: any number.",
    )

    class Meta(TenantModel.Meta):
        ordering = ["domain"]
        constraints = [models.UniqueConstraint(fields=["tenant", "domain"], name="sending_domain_once")]
        indexes = [models.Index(fields=["tenant", "checked_at"], name="sending_domain_by_check")]

    def __str__(self) -> str:
        return self.domain
