"""Words of the hub that the database keeps."""

from __future__ import annotations

from django.db import models


class InboundSource(models.TextChoices):
    """How a mail came to us."""

    WEBHOOK = "webhook", "Webhook"
    PROVIDER = "provider", "Mail provider"
    SANDBOX = "sandbox", "Sandbox mailbox"
    API = "api", "API"
    IMAP = "imap", "Mailbox"


class InboundState(models.TextChoices):
    """How far a stored mail has come."""

    STORED = "stored", "Waiting to be read"
    PARSED = "parsed", "Read"
    DUPLICATE = "duplicate", "Same as an earlier mail"
    FAILED = "failed", "Could not be read"


class Channel(models.TextChoices):
    """Ways in which a conversation is held."""

    EMAIL = "email", "E-mail"
    TEXT = "text", "Text message"


class Direction(models.TextChoices):
    """Who wrote: they or we."""

    IN = "in", "Received"
    OUT = "out", "Sent"


class MessageKind(models.TextChoices):
    """What a mail that came in is (see `inbox.mail.classify`)."""

    REPLY = "reply", "Reply"
    AUTO_REPLY = "auto_reply", "Automatic reply"
    BOUNCE = "bounce", "Bounce"
    COMPLAINT = "complaint", "Spam complaint"
    DELIVERY_REPORT = "delivery_report", "Delivery report"
    OTHER = "other", "Machine mail"


ANSWERS = (MessageKind.REPLY, MessageKind.AUTO_REPLY, MessageKind.OTHER)  # told apart by headers and words alone
WRITTEN_BY = [(MessageKind.REPLY.value, "They did"), (MessageKind.AUTO_REPLY.value, "A machine, while they are away")]


class MatchedBy(models.TextChoices):
    """What a mail was matched by. Only the first three prove that it answers a mail of ours."""

    TOKEN = "token", "Reply address"
    RETURNED = "returned", "Our mail inside it"
    REFERENCE = "reference", "The mail it answers"
    ADDRESS = "address", "Sender's address"
    HAND = "hand", "A colleague"
    NOTHING = "", "Nothing"


PROVEN = (MatchedBy.TOKEN, MatchedBy.RETURNED, MatchedBy.REFERENCE)


class MeetingState(models.TextChoices):
    """What became of a meeting."""

    BOOKED = "booked", "Booked"
    HELD = "held", "Took place"
    MISSED = "missed", "They did not come"
    CANCELLED = "cancelled", "Called off"
