"""Message templates."""

from __future__ import annotations

from django.db import models

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantModel


class MessageTemplate(TenantModel):
    """A text to write with: Liquid merge tags, plain paragraphs; the HTML part is made from it."""

    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=300)
    body = models.TextField(max_length=20_000)
    used_count = models.PositiveIntegerField(default=0, editable=False, help_text="Messages written with it.")
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="message_template_name_once")]

    def __str__(self) -> str:
        return self.name
