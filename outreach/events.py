"""Kinds of events that `outreach` publishes. `data` is listed beside each; the subject is the message or enrolment."""

from __future__ import annotations

ENROLLED = "enrolled"  # sequence: id, name; segment: id or null
ENROLMENT_STOPPED = "enrolment_stopped"  # sequence: id, name; reason: a StopReason
ENROLMENT_PAUSED = "enrolment_paused"  # sequence: id, name; until: ISO 8601 moment, or null: until they are in it again
ENROLMENT_RESUMED = "enrolment_resumed"  # sequence: id, name; they are in their segment again
ENROLMENT_REOPENED = "enrolment_reopened"  # sequence: id, name; a stop was taken back
ENROLMENT_FINISHED = "enrolment_finished"  # sequence: id, name; goal: true where they reached it
# Below: message: id of the ledger row; sequence, step, broadcast, template: ids or null; subject
MESSAGE_SENT = "message_sent"  # transport
MESSAGE_REFUSED = "message_refused"  # code
MESSAGE_UNKNOWN = "message_unknown"
MESSAGE_EXCLUDED = "message_excluded"  # reason: an ExclusionReason
MESSAGE_DELIVERED = "message_delivered"
MESSAGE_OPENED = "message_opened"  # by: an ActorClass
MESSAGE_CLICKED = "message_clicked"  # by: an ActorClass; link: id
MESSAGE_BOUNCED = "message_bounced"  # hard: is the address itself bad
MESSAGE_COMPLAINED = "message_complained"
UNSUBSCRIBED = "unsubscribed"  # topic: its name, "" for everything

# What the person did with a message; the others are the doing of whoever sends.
BY_CANDIDATE = frozenset({MESSAGE_OPENED, MESSAGE_CLICKED, MESSAGE_COMPLAINED, UNSUBSCRIBED})

# Published by the apps above, read here (see `outreach.reactions`).
# class: a ReplyClass or "", here and in the two below
MESSAGE_RECEIVED = "message_received"  # kind, outbound: id or null, returns_on: ISO 8601 date or null, hard: bool
# MESSAGE_CLASSED: subject: the message that a colleague corrected. was: its class before; outbound; answered_at: ISO
# 8601 moment; became: reply or auto_reply where it was taken for the other, else ""; returns_on; last_reply_at: ISO
# 8601 moment of the latest that they wrote themselves, or null
MESSAGE_CLASSED = "message_classed"
TEXT_RECEIVED = "text_received"  # subject: the text message; keyword: stop, start, help or ""
# MEETING_BOOKED: subject: the meeting. starts_at, ends_at: ISO 8601 moments; by: candidate or member, who booked it;
# member: id of who meets them, or null; title
MEETING_BOOKED = "meeting_booked"
MEETING_CANCELLED = "meeting_cancelled"  # subject: the meeting; it was called off before it was
PORTAL_VISITED = "portal_visited"
PROFILE_EDITED = "profile_edited"
ASSET_DOWNLOADED = "asset_downloaded"  # content: id; title
CONTENT_PUBLISHED = "content_published"  # nobody's; content: id; kind; title; link; topics: keys of skills
