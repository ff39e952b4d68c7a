"""The ledger: one row for every message we mean to send, and what happened to it afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from outreach.choices import (
    LEFT_STATES,
    OPEN_STATES,
    ActorClass,
    BounceCause,
    ExclusionReason,
    HoldReason,
    MessageEventKind,
    MessageState,
    Priority,
    Purpose,
    ReplyClass,
    SettledBy,
    TransportKind,
)
from outreach.models.broadcasts import Broadcast
from outreach.models.mailbox import Mailbox
from outreach.models.sequences import Enrolment, Sequence, SequenceStep
from outreach.models.templates import MessageTemplate
from outreach.models.topics import Topic
from talent.choices import Channel
from talent.models import Candidate

if TYPE_CHECKING:
    from outreach.services.tracking import Counting
    from outreach.services.variants import Wording


class OutboundMessageQuerySet(TenantQuerySet["OutboundMessage"]):
    """Messages of the current tenant."""

    def due(self, now: datetime) -> OutboundMessageQuerySet:
        return self.filter(state=MessageState.PLANNED, is_held=False, due_at__lte=now).order_by("due_at", "pk")

    def hold(self) -> int:
        """What they belong to is paused. What is reserved or at the server too: should it come back, it is held."""
        rows = self.filter(state__in=OPEN_STATES, is_held=False)
        return rows.update(is_held=True, held_for=HoldReason.SEQUENCE)

    def let_go(self) -> int:
        """It goes on; what holds a message for another reason still does."""
        rows = self.filter(state__in=OPEN_STATES, held_for=HoldReason.SEQUENCE)
        return rows.update(is_held=False, held_for="")

    def not_from(self, mailboxes: Collection[UUID]) -> OutboundMessageQuerySet:
        """Those of other mailboxes than these, and those whose mailbox is still to be chosen."""
        return self.filter(Q(mailbox=None) | ~Q(mailbox__in=mailboxes)) if mailboxes else self

    def put_off(self, now: datetime) -> OutboundMessageQuerySet:
        """Planned, and kept back by the gate until a moment to come."""
        return self.filter(state=MessageState.PLANNED, due_at__gt=now).exclude(put_off_reason="")

    def left(self) -> OutboundMessageQuerySet:
        """What left us, or may have."""
        return self.filter(state__in=LEFT_STATES)

    def by_message_ids(self, message_ids: Iterable[str]) -> OutboundMessageQuerySet:
        """By `Message-ID` with its angle brackets, ours or the one a provider put in its place."""
        wanted = [m for m in message_ids if m]
        return self.filter(Q(message_id__in=wanted) | Q(provider_message_id__in=wanted))

    def by_reply_token(self, token: str) -> OutboundMessageQuerySet:
        """By the part after `reply+` of the address that an answer was sent to; case does not matter."""
        return self.filter(reply_token=token.lower())


class OutboundMessageManager(TenantManager.from_queryset(OutboundMessageQuerySet)):  # type: ignore[misc]
    """Messages of the current tenant."""


class OutboundMessage(TenantModel):
    """One message to one person. It is handed to a mail server at most once, ever.

    `send_key` names person and purpose: a second plan for the same is an error of the database. Subject and bodies
    are frozen at planning (single messages) or when first reserved (steps); a later try sends the same bytes.
    Only `outreach.services.ledger` moves `state`. Each move writes all indexes of the row, so keys to other tables
    have none of their own: they stand in one that begins with the tenant.
    """

    send_key = models.CharField(max_length=120, editable=False)
    purpose = models.CharField(max_length=16, choices=Purpose)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL, help_text="E-mail or text.")
    is_proactive = models.BooleanField(default=True, help_text="We begin; it counts towards contact pressure.")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="outbound_messages", db_index=False)
    enrolment = TenantForeignKey(
        Enrolment, on_delete=models.SET_NULL, related_name="messages", null=True, blank=True, db_index=False
    )
    step = TenantForeignKey(
        SequenceStep, on_delete=models.SET_NULL, related_name="messages", null=True, blank=True, db_index=False
    )
    broadcast = TenantForeignKey(
        Broadcast, on_delete=models.PROTECT, related_name="messages", null=True, blank=True, db_index=False
    )
    variant = models.CharField(max_length=1, blank=True, help_text="Which wording of the step they got.")
    template = TenantForeignKey(
        MessageTemplate, on_delete=models.SET_NULL, related_name="messages", null=True, blank=True, db_index=False
    )
    topic = TenantForeignKey(
        Topic,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        help_text="What it was about when it left.",
    )
    sender = TenantForeignKey(
        Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, db_index=False
    )
    mailbox = TenantForeignKey(
        Mailbox, on_delete=models.PROTECT, related_name="messages", null=True, blank=True, db_index=False
    )

    state = models.CharField(max_length=12, choices=MessageState, default=MessageState.PLANNED)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.BY_HAND)
    is_held = models.BooleanField(default=False, help_text="It stays until `held_for` is over.")
    held_for = models.CharField(max_length=8, choices=HoldReason, blank=True)
    due_at = models.DateTimeField()
    claim = models.UUIDField(null=True, editable=False, help_text="The reservation that may hand it over.")
    reserved_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=8, choices=SettledBy, blank=True)
    settled_note = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Times a server said: later.")
    first_tried_at = models.DateTimeField(null=True, blank=True)
    excluded_reason = models.CharField(max_length=20, choices=ExclusionReason, blank=True)
    excluded_words = models.CharField(max_length=300, blank=True)
    put_off_reason = models.CharField(max_length=20, choices=ExclusionReason, blank=True)
    put_off_words = models.CharField(max_length=300, blank=True, help_text="Why a planned message waits: the gate's.")

    own_subject = models.CharField(max_length=300, blank=True, help_text="A colleague's words, instead of the step's.")
    own_body = models.TextField(max_length=20_000, blank=True, help_text="As they are: no merge tags.")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=120, blank=True)

    to_address = models.CharField(max_length=320, blank=True)
    from_header = models.CharField(max_length=400, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=255, editable=False, help_text="With angle brackets; from the send key.")
    provider_message_id = models.CharField(max_length=255, blank=True, help_text="The Message-ID put in its place.")
    provider_ref = models.CharField(max_length=255, blank=True, help_text="The provider's own id of it.")
    provider_thread = models.CharField(
        max_length=255, blank=True, help_text="The provider's own id of its conversation."
    )
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = ArrayField(models.CharField(max_length=998), default=list, blank=True)
    reply_token = models.CharField(max_length=32, editable=False)
    transport = models.CharField(max_length=12, choices=TransportKind, blank=True)
    answer_code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True, help_text="What the server said.")

    # Not columns: what a batch knows of a message while its words are made (see `outreach.services.freezing`).
    earlier: list[OutboundMessage] | None = None
    new_links: list[TrackedLink] | None = None
    counting: Counting | None = None
    wording: Wording | None = None
    answers_thread: str = ""  # the provider's conversation that it goes into
    in_language: tuple[str, str] | None = None  # subject and body of its template in the person's language
    language: str = ""  # which one that is

    objects: ClassVar[OutboundMessageManager] = OutboundMessageManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "send_key"], name="outbound_send_key_once"),
            models.UniqueConstraint(fields=["tenant", "message_id"], name="outbound_message_id_once"),
            models.UniqueConstraint(fields=["tenant", "reply_token"], name="outbound_reply_token_once"),
            models.CheckConstraint(
                condition=Q(state=MessageState.EXCLUDED) ^ Q(excluded_reason=""), name="outbound_excluded_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MessageState.RESERVED, MessageState.HANDED_OVER])
                | Q(claim__isnull=False, lease_until__isnull=False),
                name="outbound_claimed_under_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(s) for s in LEFT_STATES]) | Q(handed_over_at__isnull=False),
                name="outbound_left_by_hand_over",
            ),
            models.CheckConstraint(condition=Q(is_held=False) ^ ~Q(held_for=""), name="outbound_held_for_a_reason"),
            models.CheckConstraint(
                condition=~Q(held_for=HoldReason.REVIEW) | Q(state__in=[MessageState.PLANNED, MessageState.EXCLUDED]),
                name="outbound_unread_stays",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "tenant"], condition=Q(state="planned", is_held=False), name="outbound_due"),
            models.Index(
                fields=["tenant", "due_at", "id"],
                condition=Q(state="planned", is_held=False),
                name="outbound_due_of_tenant",
            ),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="outbound_leases"),
            models.Index(fields=["tenant", "candidate", "-handed_over_at"], name="outbound_by_person"),
            models.Index(
                fields=["tenant", "mailbox", "-handed_over_at"],
                condition=Q(handed_over_at__isnull=False) | Q(state="reserved"),
                name="outbound_by_mailbox",
            ),
            models.Index(
                fields=["tenant", "held_for", "due_at", "id"],
                condition=Q(state="planned", is_held=True),
                name="outbound_held",
            ),
            models.Index(fields=["tenant", "enrolment"], name="outbound_by_enrolment"),
            models.Index(fields=["tenant", "step", "state"], name="outbound_by_step"),
            models.Index(
                fields=["tenant", "broadcast", "state"],
                condition=Q(broadcast__isnull=False),
                name="outbound_by_broadcast",
            ),
            models.Index(
                fields=["tenant", "template"], condition=Q(template__isnull=False), name="outbound_by_template"
            ),
            models.Index(fields=["tenant", "sender"], condition=Q(sender__isnull=False), name="outbound_by_sender"),
            models.Index(
                fields=["tenant", "put_off_reason", "candidate"],
                condition=Q(state="planned") & ~Q(put_off_reason=""),
                name="outbound_put_off",
            ),
            models.Index(fields=["tenant", "state", "-due_at", "-id"], name="outbound_by_state"),
            models.Index(
                fields=["tenant", "provider_ref"], condition=~Q(provider_ref=""), name="outbound_by_provider_ref"
            ),
            models.Index(
                fields=["tenant", "provider_message_id"],
                condition=~Q(provider_message_id=""),
                name="outbound_by_provider_id",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.send_key

    @property
    def sequence(self) -> Sequence | None:
        """That it belongs to, or was left out of; `enrolment` and `step` are loaded with theirs."""
        return self.enrolment.sequence if self.enrolment else self.step.sequence if self.step else None


class TrackedLink(TenantModel):
    """A link of one message: the address it leads to stays here, the mail carries a random key only."""

    message = TenantForeignKey(OutboundMessage, on_delete=models.CASCADE, related_name="links")
    target = models.URLField(max_length=2000)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "message", "target"], name="tracked_link_once")]

    def __str__(self) -> str:
        return self.target


class MessageEvent(TenantModel):
    """What happened to a message after it was sent. Raw facts: programs' hits are kept, and marked."""

    message = TenantForeignKey(OutboundMessage, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=MessageEventKind)
    occurred_at = models.DateTimeField()
    by = models.CharField(max_length=8, choices=ActorClass, default=ActorClass.UNKNOWN)
    link = TenantForeignKey(TrackedLink, on_delete=models.CASCADE, related_name="events", null=True, blank=True)
    cause = models.CharField(max_length=8, choices=BounceCause, blank=True, help_text="Of a bounce.")
    reply_class = models.CharField(max_length=16, choices=ReplyClass, blank=True, help_text="Of a reply.")
    note = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["occurred_at", "pk"]
        indexes = [
            models.Index(fields=["tenant", "message", "kind"], name="message_event_by_message"),
            models.Index(fields=["tenant", "kind", "-occurred_at"], name="message_event_by_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
