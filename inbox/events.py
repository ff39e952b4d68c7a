"""Kinds of events that the inbox publishes. `message_received` is named in `outreach.events`, where it is read."""

from __future__ import annotations

from outreach.events import MEETING_BOOKED, MEETING_CANCELLED, MESSAGE_CLASSED, MESSAGE_RECEIVED, TEXT_RECEIVED

# MESSAGE_RECEIVED: subject: the message. kind: a MessageKind; message: id; outbound: id of the ledger row or null;
# returns_on: ISO 8601 date or null; hard: bool; address: the one that bounced; note: the server's words
THREAD_DONE = "thread_done"  # subject: the thread
THREAD_REOPENED = "thread_reopened"  # subject: the thread
MEETING_MOVED = "meeting_moved"  # subject: the meeting; starts_at, ends_at: ISO 8601 moments
MEETING_MISSED = "meeting_missed"  # subject: the meeting; the person did not come

__all__ = [
    "MEETING_BOOKED",
    "MEETING_CANCELLED",
    "MEETING_MISSED",
    "MEETING_MOVED",
    "MESSAGE_CLASSED",
    "MESSAGE_RECEIVED",
    "TEXT_RECEIVED",
    "THREAD_DONE",
    "THREAD_REOPENED",
]
