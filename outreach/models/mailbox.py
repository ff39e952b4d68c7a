"""Mailboxes that we send from."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from outreach.choices import Encryption, TransportKind


class MailboxQuerySet(TenantQuerySet["Mailbox"]):
    """Mailboxes of the current tenant."""

    def limited(self) -> MailboxQuerySet:
        """Those that may not send as much, or as fast, as they could."""
        return self.filter(Q(daily_cap__isnull=False) | Q(gap_seconds__gt=0))

    def for_mail(self) -> MailboxQuerySet:
        return self.exclude(transport=TransportKind.TWILIO)

    def default(self) -> Mailbox | None:
        return self.for_mail().order_by("-is_default", "created_at").first()


class MailboxManager(TenantManager.from_queryset(MailboxQuerySet)):  # type: ignore[misc]
    """Mailboxes of the current tenant."""


class Mailbox(TenantModel):
    """An address or number that we send from, and the server that takes its mail or text messages.

    In a tenant's test mode every mailbox sends to the sandbox, whatever stands here.
    """

    name = models.CharField(max_length=80, default="Main mailbox")
    is_default = models.BooleanField(default=False)
    transport = models.CharField(max_length=12, choices=TransportKind, default=TransportKind.SANDBOX)
    from_address = models.EmailField(max_length=254)
    from_name = models.CharField(max_length=120, blank=True)
    reply_domain = models.CharField(
        max_length=190, blank=True, help_text="Answers go to reply+<token>@ this domain; empty: to the from address."
    )
    host = models.CharField("SMTP server", max_length=190, blank=True)
    port = models.PositiveIntegerField(default=587, validators=[MinValueValidator(1), MaxValueValidator(65535)])
    encryption = models.CharField(max_length=12, choices=Encryption, default=Encryption.STARTTLS)
    username = models.CharField("user name", max_length=190, blank=True)
    sealed_password = models.TextField(blank=True, editable=False, help_text="Encrypted; see crm.services.sealed.")
    provider = models.CharField(
        max_length=16, blank=True, help_text="The mail provider; or google or microsoft where one logs in with OAuth."
    )
    options = models.JSONField(default=dict, blank=True, help_text="What its provider asks for and is no secret.")
    sealed_secrets = models.TextField(blank=True, editable=False, help_text="A JSON object of secrets, encrypted.")
    granted = models.CharField(
        max_length=1000,
        blank=True,
        editable=False,
        help_text="What its maker lets us do, by OAuth scope; empty: unknown.",
    )
    owner = TenantForeignKey(
        Member, on_delete=models.SET_NULL, related_name="mailboxes", null=True, blank=True, help_text="Whose own it is."
    )
    tested_at = models.DateTimeField(null=True, blank=True, help_text="The last connection test that succeeded.")
    time_zone = models.CharField(max_length=64, blank=True, help_text="An IANA name; empty: the workspace's.")
    daily_cap = models.PositiveIntegerField(
        "mails a day", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    gap_seconds = models.PositiveSmallIntegerField(
        "seconds between mails", default=0, validators=[MaxValueValidator(3600)]
    )
    warm_up_from = models.PositiveIntegerField(
        "mails on the first day", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    warm_up_step = models.PositiveIntegerField("more each day", default=5, validators=[MinValueValidator(1)])
    warm_up_on = models.DateField("first day", null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True, help_text="Its rates are counted from here.")
    stopped_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[MailboxManager] = MailboxManager()

    class Meta(TenantModel.Meta):
        ordering = ["-is_default", "name"]
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], condition=Q(is_default=True), name="mailbox_one_default"),
            models.CheckConstraint(
                condition=Q(warm_up_on=None) | Q(daily_cap__isnull=False, warm_up_from__isnull=False),
                name="mailbox_warms_up_to_a_cap",
            ),
            models.UniqueConstraint(
                fields=["tenant", "owner"], condition=Q(owner__isnull=False), name="mailbox_one_of_its_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_name} <{self.from_address}>" if self.from_name else self.from_address


class MailApp(TenantModel):
    """A tenant's registration with the maker of mailboxes: with it its members connect their own by one click."""

    maker = models.CharField(max_length=16, choices=[("google", "Google"), ("microsoft", "Microsoft")])
    client_id = models.CharField(max_length=255)
    sealed_secret = models.TextField(editable=False)
    directory = models.CharField(max_length=64, default="common", help_text="Microsoft's tenant id, or common.")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "maker"], name="mail_app_once")]

    def __str__(self) -> str:
        return self.get_maker_display()


class SandboxMessage(TenantModel):
    """One mail in the product's own sandbox mailbox, byte for byte as a server would have received it.

    `played` holds what was played as the candidate: {"opened": ISO moment, ...}.
    """

    outbound = TenantForeignKey(
        "outreach.OutboundMessage", on_delete=models.CASCADE, related_name="sandbox_copies", null=True
    )
    candidate = TenantForeignKey("talent.Candidate", on_delete=models.CASCADE, related_name="+", null=True)
    to_address = models.CharField(max_length=320)
    subject = models.CharField(max_length=998, blank=True)
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    played = models.JSONField(default=dict, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["tenant", "-received_at", "-id"], name="sandbox_newest"),
            models.Index(fields=["tenant", "outbound"], name="sandbox_by_outbound"),
            models.Index(fields=["tenant", "candidate"], name="sandbox_by_person"),
        ]

    def __str__(self) -> str:
        return self.subject
