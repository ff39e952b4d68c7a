"""Text messages that came in."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from outreach.choices import ReplyClass
from outreach.models import Mailbox
from talent.models import Candidate


class TextMessage(TenantModel):
    """One text message as it came, stored before it is answered. `sid` is the provider's id of it, which is unique.

    Without an `account` it was played in the sandbox. Without a `candidate` its number is nobody's that we know, or
    several people's.
    """

    account = TenantForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+", null=True)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="text_messages", null=True)
    sid = models.CharField(max_length=64)
    sender = models.CharField(max_length=32, help_text="E.164.")
    body = models.TextField(max_length=1600, blank=True)
    keyword = models.CharField(max_length=8, blank=True)
    reply_class = models.CharField(max_length=16, choices=ReplyClass, blank=True, help_text="What it means for us.")
    classed_by = models.CharField(max_length=120, blank=True, help_text="The colleague who corrected that.")
    received_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "account", "sid"], name="text_message_once")]
        indexes = [models.Index(fields=["tenant", "candidate", "-received_at"], name="text_by_person")]

    def __str__(self) -> str:
        return self.body[:80]
