"""Rules that are too long for an address."""

from __future__ import annotations

from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantModel


class KeptRule(TenantModel):
    """The JSON of a rule, found again by a short key that stands in addresses instead of it.

    `digest` is made from `text`: the same rule has the same key, whoever asks. `used_at` is when it was asked for anew,
    `member` who asked then (none: a key of the API); `letters` is how long it is.
    """

    digest = models.CharField(max_length=22)
    text = models.TextField()
    letters = models.PositiveIntegerField(default=0)
    member = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, db_index=False)
    used_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="kept_rule_once")]
        indexes = [
            models.Index(fields=["tenant", "used_at"], name="kept_rule_by_use"),
            models.Index(fields=["tenant", "member", "-used_at"], name="kept_rule_by_member"),
        ]

    def __str__(self) -> str:
        return self.digest
