"""Who registered for an event by its form just now."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantForeignKey
from portal.models.visitors import VisitorRequest
from talent.models import RecruitingEvent


class EventRequest(VisitorRequest):
    """The form of an event. It keeps a place, or one in the line, until it is handled and the person is on the list."""

    event = TenantForeignKey(RecruitingEvent, on_delete=models.CASCADE, related_name="requests")
    is_waiting = models.BooleanField(default=False)

    class Meta(VisitorRequest.Meta):
        abstract = False
        indexes = [models.Index(fields=["created_at"], name="event_request_waiting")]

    def __str__(self) -> str:
        return f"{self.event_id}, {self.created_at:%Y-%m-%d %H:%M}"
