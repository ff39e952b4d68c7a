"""The hub's models."""

from inbox.models.conversations import Message, MessageAttachment, Thread
from inbox.models.inbound import InboundHook, InboundMail

__all__ = ["InboundHook", "InboundMail", "Message", "MessageAttachment", "Thread"]
