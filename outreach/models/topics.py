"""What we write about: the subjects that a person may turn on and off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crm.tenancy.models import TenantManager, TenantModel, TenantQuerySet
from talent.choices import ConsentPurpose


class TopicQuerySet(TenantQuerySet["Topic"]):
    """Topics of the current tenant."""

    def in_use(self) -> TopicQuerySet:
        return self.filter(is_archived=False)


class TopicManager(TenantManager.from_queryset(TopicQuerySet)):  # type: ignore[misc]
    """Topics of the current tenant."""


class Topic(TenantModel):
    """One subject. `purpose` is the purpose of the consent ledger that mails about it rest on."""

    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True, help_text="Candidates read it on their own page.")
    purpose = models.CharField(max_length=12, choices=ConsentPurpose, default=ConsentPurpose.NEWS)
    position = models.PositiveSmallIntegerField(default=0)
    is_archived = models.BooleanField(default=False)

    objects: ClassVar[TopicManager] = TopicManager()

    class Meta(TenantModel.Meta):
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="topic_name_once")]

    def __str__(self) -> str:
        return self.name
