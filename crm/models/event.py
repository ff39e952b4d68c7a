"""The event log, the cursors of its readers, and what they could not take in."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Cast

from crm.tenancy.models import TenantForeignKey, TenantModel

CURRENT_TRANSACTION = Cast(
    Cast(models.Func(function="pg_current_xact_id", template="%(function)s()"), models.TextField()),
    models.BigIntegerField(),
)

# Kinds that engagement is summed up from: of the thousands of events of a person often none is of these. A statement
# that is to be answered by their index has these words in its text, not as a value.
OF_ENGAGEMENT = (
    "address_bounced",
    "contact_banned",
    "event_attended",
    "event_unmarked",
    "meeting_booked",
    "message_classed",
    "message_clicked",
    "message_complained",
    "message_opened",
    "message_received",
    "portal_visited",
    "profile_edited",
    "text_received",
    "touchpoint_logged",
)


class Event(TenantModel):
    """Whatever happened, one row each: ids and small facts, not bodies. Append-only for the app role.

    `xact_id` is the number of the writing transaction: readers read only below the oldest running one, ordered by
    (xact_id, id), so that a transaction which commits late is never skipped.
    """

    xact_id = models.BigIntegerField(db_default=CURRENT_TRANSACTION, editable=False)
    kind = models.CharField(max_length=48)
    candidate_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=48, blank=True)
    subject_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "xact_id", "id"], name="event_log_order"),
            models.Index(fields=["tenant", "candidate_id", "-occurred_at", "-id"], name="event_by_candidate"),
            models.Index(fields=["tenant", "kind", "-occurred_at"], name="event_by_kind"),
            models.Index(
                fields=["tenant", "candidate_id", "kind", "-occurred_at"],
                name="event_of_engagement",
                condition=models.Q(kind__in=OF_ENGAGEMENT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"


class ReaderCursor(TenantModel):
    """How far one reader has read in one tenant."""

    reader = models.CharField(max_length=64)
    xact_id = models.BigIntegerField(default=0)
    event_id = models.UUIDField(null=True)
    moved_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "reader"], name="reader_cursor_once")]

    def __str__(self) -> str:
        return self.reader


class ReaderFailure(TenantModel):
    """An event that one reader could not take in, parked with its traceback; it can be replayed."""

    reader = models.CharField(max_length=64)
    event = TenantForeignKey(Event, on_delete=models.CASCADE, related_name="failures")
    error = models.CharField(max_length=300)
    traceback = models.TextField()
    attempts = models.PositiveIntegerField(default=1)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "reader", "event"], name="reader_failure_once")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.error}"
