"""Who registered for an event by its form just now."""

from __future__ import annotations

from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models import ConsentWording, RecruitingEvent


class EventRequest(TenantModel):
    """A form that was sent for an event, until it is handled: then the row is gone, and the person is on the list.

    It keeps a place meanwhile. Handled in the background, so that the answer to a stranger takes as long as the answer
    to a candidate. `wording` are the words that were ticked; without it nothing was.
    """

    event = TenantForeignKey(RecruitingEvent, on_delete=models.CASCADE, related_name="requests")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=320)
    wording = TenantForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["created_at"], name="event_request_waiting")]

    def __str__(self) -> str:
        return f"{self.event_id}, {self.created_at:%Y-%m-%d %H:%M}"
