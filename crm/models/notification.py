"""What a member should look at: the rows behind the bell."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.models.member import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class NotificationQuerySet(TenantQuerySet["Notification"]):
    """Notifications of the current tenant."""

    def of(self, member: Member) -> NotificationQuerySet:
        return self.filter(member=member)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)

    def mark_read(self, now: datetime) -> int:
        return self.unread().update(read_at=now)


class NotificationManager(TenantManager.from_queryset(NotificationQuerySet)):  # type: ignore[misc]
    """Notifications of the current tenant; raises outside of one."""


class Notification(TenantModel):
    """One sentence for one member, and the page it leads to (a path below the site's root)."""

    member = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=32)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    by_label = models.CharField(max_length=120, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[NotificationManager] = NotificationManager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["tenant", "member", "-created_at", "-id"], name="notification_newest_first"),
            models.Index(fields=["tenant", "member"], condition=Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.text
