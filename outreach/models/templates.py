"""Message templates, and snippets: texts to write with."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from crm.viewing import viewer


class MessageTemplateQuerySet(TenantQuerySet["MessageTemplate"]):
    """Templates of the current tenant."""

    def visible(self) -> MessageTemplateQuerySet:
        """The team's, and the private ones of whoever looks."""
        return self.filter(Q(is_private=False) | Q(created_by=viewer().member_id, created_by__isnull=False))


class MessageTemplateManager(TenantManager.from_queryset(MessageTemplateQuerySet)):  # type: ignore[misc]
    """Templates of the current tenant."""


class MessageTemplate(TenantModel):
    """A text to write with: Liquid merge tags, plain paragraphs; the HTML part is made from it."""

    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=300)
    body = models.TextField(max_length=20_000)
    folder = models.CharField(max_length=80, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_private = models.BooleanField("only for me", default=False)
    language = models.CharField(max_length=2, blank=True, help_text="Of its own words: ISO 639-1; empty: not said.")
    is_locked = models.BooleanField(
        "a company template", default=False, help_text="Only administrators change it; everybody may use and copy it."
    )
    used_count = models.PositiveIntegerField(default=0, editable=False, help_text="Messages written with it.")
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[MessageTemplateManager] = MessageTemplateManager()

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="message_template_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateTranslation(TenantModel):
    """The words of a template in another language, for people who would rather read that one."""

    template = TenantForeignKey(MessageTemplate, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=2, help_text="ISO 639-1.")
    subject = models.CharField(max_length=300)
    body = models.TextField(max_length=20_000)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "template", "language"], name="template_translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.template_id} in {self.language}"


class Snippet(TenantModel):
    """Words for many texts: `[[name]]` in a template, step, broadcast or other snippet stands for them."""

    name = models.CharField(
        max_length=40,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*\Z", "Small letters, digits and hyphens only.")],
    )
    body = models.TextField(max_length=5_000)
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="snippet_name_once")]

    def __str__(self) -> str:
        return self.name
