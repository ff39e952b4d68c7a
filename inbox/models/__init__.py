"""The hub's models."""

from inbox.models.conversations import Message, MessageAttachment, Thread
from inbox.models.inbound import InboundHook, InboundMail
from inbox.models.meetings import Meeting
from inbox.models.texts import TextMessage

__all__ = ["InboundHook", "InboundMail", "Meeting", "Message", "MessageAttachment", "TextMessage", "Thread"]
