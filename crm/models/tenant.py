"""A tenant: one customer, the border of isolation."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from crm.tenancy.models import uuid7

SLUG = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", "Use small letters, digits and hyphens.")


class TenantQuerySet(models.QuerySet["Tenant"]):
    """Tenants; this table is a directory, readable before a tenant is set."""

    def active(self) -> TenantQuerySet:
        return self.filter(status=Tenant.Status.ACTIVE)


class Tenant(models.Model):
    """A workspace. New ones are in test mode: mail goes to the product's own sandbox mailbox until one goes live."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"

    class MailMode(models.TextChoices):
        TEST = "test", "Test mode"
        LIVE = "live", "Live"

    class Filling(models.TextChoices):
        FOUNDED = "founded", "Founded"
        RUNNING = "running", "Running"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField("address", max_length=40, unique=True, validators=[SLUG])
    name = models.CharField(max_length=120)
    status = models.CharField(max_length=16, choices=Status, default=Status.ACTIVE)
    mail_mode = models.CharField(max_length=8, choices=MailMode, default=MailMode.TEST)
    time_zone = models.CharField(max_length=64, default="UTC", help_text="An IANA time zone name.")
    is_demo = models.BooleanField(default=False)
    filling = models.CharField(max_length=8, choices=Filling, blank=True, default="", editable=False)
    sending_stopped = models.BooleanField("stop all sending", default=False, help_text="The kill switch.")
    first_steps_hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Tenant]] = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_test_mode(self) -> bool:
        return self.mail_mode == self.MailMode.TEST
