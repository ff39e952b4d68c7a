"""How a mailbox is doing: dead addresses and complaints among what it sent, and when it is stopped for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.db.models.aggregates import Count
from django.urls import reverse

from crm.actors import SYSTEM
from crm.models import Member
from crm.permissions import Role
from crm.services import notifications
from outreach.choices import ACCEPTED_STATES, BounceCause, MessageEventKind
from outreach.models import Mailbox, MessageEvent, OutboundMessage
from outreach.services import mailboxes

WINDOW = timedelta(days=7)
# Gmail and Yahoo ask for complaints below 0.1 %, and never 0.3 %; five dead addresses in a hundred are a bought list.
COMPLAINTS_WARN, COMPLAINTS_STOP, DEAD_STOP = 0.001, 0.003, 0.05
FEWEST_COMPLAINTS, FEWEST_DEAD = 2, 5  # fewer are chance


@dataclass(frozen=True)
class Health:
    """What a mailbox sent in the last days, and what came back."""

    sent: int
    dead: int
    complaints: int

    @property
    def dead_rate(self) -> float:
        return self.dead / self.sent if self.sent else 0.0

    @property
    def complaint_rate(self) -> float:
        return self.complaints / self.sent if self.sent else 0.0

    @property
    def is_worrying(self) -> bool:
        return self.complaints > 0 and self.complaint_rate >= COMPLAINTS_WARN

    @property
    def trouble(self) -> str:
        """Why it must stop, in a sentence; "" when it need not."""
        if self.complaints >= FEWEST_COMPLAINTS and self.complaint_rate >= COMPLAINTS_STOP:
            return f"{self.complaints} of {self.sent} mails of the last 7 days were reported as spam."
        if self.dead >= FEWEST_DEAD and self.dead_rate >= DEAD_STOP:
            return f"{self.dead} of {self.sent} mails of the last 7 days went to addresses that do not exist."
        return ""


def health(mailbox: Mailbox, now: datetime) -> Health:
    """Of the last 7 days, or since somebody resumed it."""
    since = max(now - WINDOW, mailbox.resumed_at or now - WINDOW)
    sent = OutboundMessage.objects.filter(
        mailbox=mailbox, state__in=ACCEPTED_STATES, due_at__gte=since - WINDOW, handed_over_at__gte=since
    )
    bad = MessageEvent.objects.filter(message__mailbox=mailbox, message__handed_over_at__gte=since).aggregate(
        dead=Count("message", filter=Q(kind=MessageEventKind.BOUNCED, cause=BounceCause.HARD), distinct=True),
        complaints=Count("message", filter=Q(kind=MessageEventKind.COMPLAINED), distinct=True),
    )
    return Health(sent.count(), bad["dead"], bad["complaints"])


def look(mailbox_id: UUID | None, now: datetime) -> None:
    """Stop the mailbox when too much comes back, and tell those who manage the workspace."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, stopped_at=None).select_related("tenant").first()
    if mailbox is None:
        return
    trouble = health(mailbox, now).trouble
    if trouble and mailboxes.stop(mailbox=mailbox, reason=trouble, by=SYSTEM, now=now):
        managers = Member.objects.filter(tenant=mailbox.tenant_id, role__in=[Role.OWNER, Role.ADMIN])
        notifications.tell(
            members=managers.values_list("pk", flat=True),
            kind="mailbox_stopped",
            text=f"The mailbox {mailbox.from_address} was stopped: {trouble}",
            url=reverse("outreach:settings-sending", args=[mailbox.tenant.slug]),
            by=SYSTEM,
        )
