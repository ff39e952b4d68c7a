"""What people want to get of what we send by plan: topics that they turned off, and how often."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from outreach.choices import Frequency
from outreach.models.topics import Topic
from talent.models import Candidate


class TopicOptOut(TenantModel):
    """Somebody does not want mails about a topic."""

    topic = TenantForeignKey(Topic, on_delete=models.CASCADE, related_name="opt_outs")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate", "topic"], name="topic_opt_out_once")]

    def __str__(self) -> str:
        return f"{self.candidate_id} without {self.topic_id}"


class MailFrequency(TenantModel):
    """How often somebody wants to hear from us, beyond our own rules; days between two mails that we begin."""

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField(choices=Frequency)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "mail frequencies"
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate"], name="mail_frequency_once")]

    def __str__(self) -> str:
        return self.get_days_display()
