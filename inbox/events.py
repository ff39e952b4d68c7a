"""Kinds of events that the inbox publishes. `message_received` is named in `outreach.events`, where it is read."""

from __future__ import annotations

from outreach.events import MESSAGE_CLASSED, MESSAGE_RECEIVED, TEXT_RECEIVED

# MESSAGE_RECEIVED: subject: the message. kind: a MessageKind; message: id; outbound: id of the ledger row or null;
# returns_on: ISO 8601 date or null; hard: bool; address: the one that bounced; note: the server's words
THREAD_DONE = "thread_done"  # subject: the thread
THREAD_REOPENED = "thread_reopened"  # subject: the thread

__all__ = ["MESSAGE_CLASSED", "MESSAGE_RECEIVED", "TEXT_RECEIVED", "THREAD_DONE", "THREAD_REOPENED"]
