"""Conversations: threads and the messages that came in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Length

from crm.models import StoredFile
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from inbox.choices import ANSWERS, PROVEN, Channel, Direction, MatchedBy, MessageKind
from inbox.models.inbound import InboundMail
from outreach.choices import ReplyClass
from outreach.models import OutboundMessage
from talent.models import Candidate, Document


class ThreadQuerySet(TenantQuerySet["Thread"]):
    """Threads of the current tenant."""

    def needing_reply(self) -> ThreadQuerySet:
        return self.filter(needs_reply_since__isnull=False)

    def with_person(self) -> ThreadQuerySet:
        return self.select_related("candidate")

    def of_outgoing(self, message: OutboundMessage) -> Thread | None:
        """The conversation that a message of ours answers in; None for a first mail."""
        if message.channel == Channel.TEXT:
            return self.by_text(message.candidate_id).first()
        root = next(iter(message.references), "")
        return self.filter(candidate_id=message.candidate_id, root=root).first()

    def by_text(self, candidate_id: UUID) -> ThreadQuerySet:
        """The one conversation by text messages with a person."""
        return self.filter(candidate_id=candidate_id, channel=Channel.TEXT)

    def newest_reply_first(self) -> ThreadQuerySet:
        return self.order_by("-last_reply_at", "-pk")


class ThreadManager(TenantManager.from_queryset(ThreadQuerySet)):  # type: ignore[misc]
    """Threads of the current tenant."""


class Thread(TenantModel):
    """One conversation with one person.

    `root` is the Message-ID, with angle brackets, that the conversation began with; text messages have no threads of
    their own, so that a person has one conversation by them, with the root "text". `last_reply_at` is the latest
    message that a human being wrote to us, the zero hour of 1970 when there was none.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="threads")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    root = models.CharField(max_length=320)
    subject = models.CharField(max_length=998, blank=True)
    last_message_at = models.DateTimeField()
    last_reply_at = models.DateTimeField()
    needs_reply_since = models.DateTimeField(null=True, blank=True)

    snippet: str  # only on the rows of `threads.listing`

    objects: ClassVar[ThreadManager] = ThreadManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "candidate", "root"], name="thread_root_once")]
        indexes = [
            models.Index(fields=["tenant", "-last_reply_at", "-id"], name="thread_newest_reply"),
            models.Index(
                fields=["tenant", "-last_reply_at", "-id"],
                condition=Q(needs_reply_since__isnull=False),
                name="thread_needs_reply",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or "(no subject)"


class MessageQuerySet(TenantQuerySet["Message"]):
    """Messages of the current tenant."""

    def in_tray(self) -> MessageQuerySet:
        """From senders that nobody knows, not yet decided about."""
        return self.filter(candidate=None, dismissed_at=None).order_by("-received_at", "-pk")

    def light(self) -> MessageQuerySet:
        """Without the long texts; `html_size` tells whether there is an original to show."""
        return self.annotate(html_size=Length("html")).defer("full_text", "html")

    def with_files(self) -> MessageQuerySet:
        """Attachments and their files, in one more query."""
        return self.prefetch_related(Prefetch("attachments", MessageAttachment.objects.select_related("file")))

    def by_message_ids(self, ids: Iterable[str]) -> MessageQuerySet:
        """By `Message-ID`, with its angle brackets."""
        return self.filter(message_id__in=[i for i in ids if i])


class MessageManager(TenantManager.from_queryset(MessageQuerySet)):  # type: ignore[misc]
    """Messages of the current tenant."""


class Message(TenantModel):
    """One message that came in, read. What we send stays in the ledger (`outreach.OutboundMessage`).

    `text` is what the person wrote now, `full_text` all of it with quotations, `html` is sanitised (pictures by
    `cid:` only). Without a candidate it lies in the review tray. `outbound` is our message that it answers or is about.
    """

    inbound = TenantForeignKey(InboundMail, on_delete=models.PROTECT, related_name="messages", null=True)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.IN)
    thread = TenantForeignKey(Thread, on_delete=models.CASCADE, related_name="messages", null=True, blank=True)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="messages", null=True, blank=True)
    outbound = TenantForeignKey(
        OutboundMessage, on_delete=models.SET_NULL, related_name="answers", null=True, blank=True
    )
    kind = models.CharField(max_length=16, choices=MessageKind)
    kind_reason = models.CharField(max_length=300, blank=True, help_text="Why it is taken for that kind.")
    reply_class = models.CharField(max_length=16, choices=ReplyClass, blank=True, help_text="What it means for us.")
    classed_by = models.CharField(max_length=120, blank=True, help_text="The colleague who corrected that.")
    matched_by = models.CharField(max_length=12, choices=MatchedBy, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    to_addresses = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    blocked_images = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(help_text="As the mail says, or when it came.")
    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=320, blank=True)
    in_reply_to = models.CharField(max_length=320, blank=True)
    references = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    returns_on = models.DateField(null=True, blank=True, help_text="The day an absent person is back.")
    is_hard = models.BooleanField(default=False, help_text="A bounce that says the address is dead.")
    bounced_address = models.CharField(max_length=320, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="What a mail server said.")
    dismissed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MessageManager] = MessageManager()

    class Meta(TenantModel.Meta):
        ordering = ["received_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "inbound"], name="message_of_inbound_once")]
        indexes = [
            models.Index(fields=["tenant", "thread", "received_at"], name="message_by_thread"),
            models.Index(fields=["tenant", "candidate", "-received_at"], name="message_by_person"),
            models.Index(fields=["tenant", "outbound"], name="message_by_outbound"),
            models.Index(fields=["tenant", "message_id"], name="message_by_message_id"),
            models.Index(
                fields=["tenant", "-received_at", "-id"],
                condition=Q(candidate=None, dismissed_at=None),
                name="message_in_tray",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or "(no subject)"

    @property
    def is_proven(self) -> bool:
        """Whether it shows that its sender holds a mail of ours; else anybody may have written this address."""
        return self.matched_by in PROVEN

    @property
    def is_answer(self) -> bool:
        """Whether somebody, or a machine of theirs, may have meant something by it: what it means can be corrected."""
        return self.kind in ANSWERS

    @property
    def is_unverified(self) -> bool:
        """Whether only the sender's address speaks for it."""
        return self.matched_by == MatchedBy.ADDRESS and self.kind == MessageKind.REPLY


class MessageAttachment(TenantModel):
    """A file of a message. `document` is set where it was put on the person as well."""

    message = TenantForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    content_id = models.CharField(max_length=320, blank=True)
    is_inline = models.BooleanField(default=False)
    document = TenantForeignKey(Document, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["tenant", "message"], name="attachment_by_message")]

    def __str__(self) -> str:
        return self.file.name
