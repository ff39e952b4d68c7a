"""The hub's models."""

from inbox.models.conversations import Message, MessageAttachment, Thread
from inbox.models.inbound import InboundHook, InboundMail
from inbox.models.texts import TextMessage

__all__ = ["InboundHook", "InboundMail", "Message", "MessageAttachment", "TextMessage", "Thread"]
