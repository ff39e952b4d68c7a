"""The send gate: for which database cluster, and which of its timelines, a person allowed sending."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SendGate(models.Model):
    """One opening; the newest is in force. A directory table of the installation, without people in it.

    A restored or promoted PostgreSQL has another timeline or system identifier: nothing is handed over there until a
    person has looked at the ledger and opened the gate again.
    """

    system_identifier = models.CharField(max_length=32)
    timeline = models.CharField(max_length=8, help_text="Hexadecimal, from the name of the current WAL file.")
    opened_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        ordering = ["-pk"]
        verbose_name = "opening of the send gate"
        verbose_name_plural = "openings of the send gate"

    def __str__(self) -> str:
        return f"{self.opened_by}, {self.opened_at:%Y-%m-%d %H:%M}"


class SendPulse(models.Model):
    """When this installation last looked for mails that are due, and its last outage. One row, without people in it."""

    beat_at = models.DateTimeField()
    outage_from = models.DateTimeField(null=True, blank=True)
    outage_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="send_pulse_is_one")]

    def __str__(self) -> str:
        return f"{self.beat_at:%Y-%m-%d %H:%M}"
