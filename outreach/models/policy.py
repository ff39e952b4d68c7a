"""The rules of contact: how much one person may hear from all of us together."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from crm.tenancy.models import TenantModel


class SendingPolicy(TenantModel):
    """One row a tenant, made when somebody first changes a rule; without it the defaults hold.

    The numbers count mails that we begin, over all senders, sequences and channels. 0 days: the rule is off.
    """

    most_per_week = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    most_per_month = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(200)], help_text="In 30 days."
    )
    gap_hours = models.PositiveSmallIntegerField(default=20, validators=[MaxValueValidator(720)])
    sender_gap_days = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(60)])
    conversation_days = models.PositiveSmallIntegerField(default=14, validators=[MaxValueValidator(180)])
    cool_down_days = models.PositiveSmallIntegerField(
        default=90, validators=[MinValueValidator(1), MaxValueValidator(730)], help_text="After somebody said: not now."
    )
    allows_several = models.BooleanField("allow several sequences at once", default=True)
    late_hours = models.PositiveSmallIntegerField(
        default=3, validators=[MaxValueValidator(168)], help_text="After an outage; 0: all of it goes at once."
    )
    approval_people = models.PositiveIntegerField(
        default=250, validators=[MaxValueValidator(1_000_000)], help_text="A second person approves larger broadcasts."
    )
    approval_percent = models.PositiveSmallIntegerField(
        default=25, validators=[MaxValueValidator(100)], help_text="Of everybody in the workspace."
    )
    mails_per_day = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text="Of all mailboxes together, by the workspace's clock; empty: any number.",
    )
    tells_names = models.BooleanField(
        "tell candidates what they are in", default=True, help_text="Whoever asks why they got a mail reads its name."
    )
    approval_for_broad = models.BooleanField("a second person for an audience of anybody", default=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "sending policies"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="sending_policy_once"),
            models.CheckConstraint(
                condition=Q(most_per_week__gte=1, most_per_month__gte=F("most_per_week")), name="sending_policy_budgets"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.most_per_week} a week, {self.most_per_month} in 30 days"


class DayOff(TenantModel):
    """A day on which no mail of a sequence goes, though it is no public holiday; or, `is_open`, the other way round."""

    day = models.DateField()
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2; empty: everywhere.")
    name = models.CharField(max_length=80, blank=True)
    is_open = models.BooleanField(default=False, help_text="Mails go, although it is a public holiday.")

    class Meta(TenantModel.Meta):
        ordering = ["day", "country"]
        verbose_name_plural = "days off"
        constraints = [models.UniqueConstraint(fields=["tenant", "day", "country"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}".strip()
