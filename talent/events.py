"""Kinds of events that `talent` publishes. `data` is listed beside each."""

from __future__ import annotations

CANDIDATE_CREATED = "candidate_created"  # source: name of the source
CANDIDATE_CHANGED = "candidate_changed"  # fields: names of what changed
CANDIDATE_DELETED = "candidate_deleted"
CANDIDATE_TAGGED = "candidate_tagged"  # tag: name
CANDIDATE_UNTAGGED = "candidate_untagged"  # tag: name
NOTE_ADDED = "note_added"  # subject: the note
NOTE_EDITED = "note_edited"  # subject: the note
NOTE_PINNED = "note_pinned"  # subject: the note; pinned: or no longer
NOTE_DELETED = "note_deleted"  # subject: the note that was
DOCUMENT_ADDED = "document_added"  # subject: the document; name: file name
POOL_JOINED = "pool_joined"  # subject: the pool; pool: name, if it is shared
POOL_LEFT = "pool_left"  # subject: the pool; pool: name, if it is shared
POOL_MOVED = "pool_moved"  # subject: the pool; pool: name; from, to: names of stages; all if it is shared
CONTACT_BANNED = "contact_banned"  # reason: a BanReason; scope: a BanScope
CONTACT_BAN_LIFTED = "contact_ban_lifted"  # reason: a BanReason
CONTACT_BAN_EXPIRED = "contact_ban_expired"  # subject: the ban; reason: a BanReason; scope: a BanScope
ADDRESS_BOUNCED = "address_bounced"  # contact_point: id
SEGMENT_CHANGED = "segment_changed"  # subject: the segment, new or with a new rule; nobody's
# Filter fields say something else of many people: fields, their names; words: of rules that name these alone; nobody's
FIELDS_CHANGED = "fields_changed"
SEGMENT_ENTERED = "segment_entered"  # subject: the segment; segment: name; cause
SEGMENT_LEFT = "segment_left"  # subject: the segment; segment: name; cause
WARMTH_CHANGED = "warmth_changed"  # from, to: Warmth levels, by new evidence or new weights; not by time alone
WEIGHTS_CHANGED = "weights_changed"  # version; nobody's
TASK_ADDED = "task_added"  # subject: the task; title; candidate may be missing
TASK_DONE = "task_done"  # subject: the task; title; candidate may be missing
TASK_REOPENED = "task_reopened"  # the same
TASK_DELETED = "task_deleted"  # the same
# TOUCHPOINT_LOGGED: subject: the touchpoint. kind: a TouchKind; reached: true, false or null; member, name: who was in
# touch, or null and ""; recorded_by: who says so
TOUCHPOINT_LOGGED = "touchpoint_logged"
TOUCHPOINT_REMOVED = "touchpoint_removed"  # subject: the touchpoint that was; kind
CONSENT_GIVEN = "consent_given"  # subject: the record; purpose: a ConsentPurpose; origin: a ConsentOrigin
CONSENT_WITHDRAWN = "consent_withdrawn"  # subject: the record; purpose; state: withdrawn or refused; origin
CONSENT_EXPIRED = "consent_expired"  # subject: the record; purpose
CANDIDATES_MERGED = "candidates_merged"  # subject: the operation; merged: id of the person who is gone
CANDIDATES_UNMERGED = "candidates_unmerged"  # subject: the operation; merged: id of the person who is back
TOLD_APART = "told_apart"  # other: id of the person they are not; over: it was taken back
JOB_OPENED = "job_opened"  # nobody's; subject: the job, open for the first time; title; topics: keys of its skills
APPLICATION_MADE = "application_made"  # subject: the application; job: title
APPLICATION_REMOVED = "application_removed"  # subject: the application that was; job: title
APPLICATION_MOVED = "application_moved"  # subject: the application; job: title; from, to: names of stages
APPLICATION_DECIDED = "application_decided"  # subject: the application; job: title; outcome: an Outcome; reason: words
# Below: subject: the registration. event: id and name of the recruiting event
EVENT_REGISTERED = "event_registered"  # origin: an AttendanceOrigin; waited: "yes" for whoever moved up
EVENT_WAITLISTED = "event_waitlisted"  # subject: the entry of the waiting list; origin
EVENT_ATTENDED = "event_attended"
EVENT_NO_SHOW = "event_no_show"
EVENT_UNMARKED = "event_unmarked"  # was: the AttendanceState that was not so
EVENT_UNREGISTERED = "event_unregistered"  # was: the AttendanceState of the registration that is gone
