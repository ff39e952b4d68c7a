"""Who listens to which events, what is swept, and what holds or rolls back with its cause."""

from __future__ import annotations

from collections.abc import Callable

from crm import registry
from crm.services import fences, members
from inbox import tasks as inbox_tasks
from outreach import events as outreach_events
from outreach import reactions as outreach_reactions
from outreach import tasks as outreach_tasks
from outreach.services import leaving, merging, recipes, triggers, withdrawals
from portal import events as portal_events
from portal import reactions as portal_reactions
from portal import tasks as portal_tasks
from portal.services import event_mails, event_reminders, sample_form
from sourcing import reactions as sourcing_reactions
from sourcing import tasks as sourcing_tasks
from talent import events as talent_events
from talent import reactions
from talent import tasks as talent_tasks
from talent.services import attendance_joined, merges, preferences_joined, sample_pools, silver
from talent.warmth import Evidence, Undoing


def _reader(name: str, react: registry.ReaderFunction, *kinds: str) -> registry.Reader:
    """A reader of some kinds of events."""
    return registry.Reader(name, react, frozenset(kinds))


# What counts as engagement, and how surely a human did it. Opens weigh nothing: programs fetch images.
# A colleague says that nobody was there: a program had answered.
NO_REPLY = Undoing(outreach_events.MESSAGE_CLASSED, (("became", "auto_reply"),))
EVIDENCE = [
    Evidence(
        *("replied", "Replied to us", "human", outreach_events.MESSAGE_RECEIVED, 30, (("kind", "reply"),)),
        undone_by=NO_REPLY,
    ),
    Evidence(
        "replied_after_all",
        "Replied after all",
        "human",
        outreach_events.MESSAGE_CLASSED,
        30,
        (("became", "reply"),),
        undone_by=NO_REPLY,
    ),
    Evidence("spoke", "Spoke with us", "human", talent_events.TOUCHPOINT_LOGGED, 30, (("reached", "true"),)),
    Evidence(
        *("texted", "Sent a text message", "human", outreach_events.TEXT_RECEIVED, 30, (("keyword", ""),)),
        undone_by=NO_REPLY,
    ),
    Evidence("booked", "Booked a meeting", "human", outreach_events.MEETING_BOOKED, 30, (("by", "candidate"),)),
    Evidence(
        *("attended", "Came to an event", "human", talent_events.EVENT_ATTENDED, 25),
        undone_by=Undoing(talent_events.EVENT_UNMARKED, (("was", "attended"),)),
    ),
    Evidence("profile_edited", "Edited their profile", "human", portal_events.PROFILE_EDITED, 20),
    Evidence("portal_visited", "Visited the portal", "human", portal_events.PORTAL_VISITED, 12),
    Evidence("clicked", "Clicked a link", "likely", outreach_events.MESSAGE_CLICKED, 10, (("by", "human"),)),
    Evidence("clicked_unclear", "Link fetched", "unclear", outreach_events.MESSAGE_CLICKED, 4, (("by", "unknown"),)),
    Evidence("clicked_machine", "Link scanned", "machine", outreach_events.MESSAGE_CLICKED, 0, (("by", "bot"),)),
    Evidence("clicked_proxy", "Link seen by proxy", "machine", outreach_events.MESSAGE_CLICKED, 0, (("by", "proxy"),)),
    Evidence("opened", "Opened a mail", "unclear", outreach_events.MESSAGE_OPENED, 0),
    Evidence("bounced", "Address bounced", "machine", talent_events.ADDRESS_BOUNCED, resets=True),
    Evidence("complained", "Reported our mail", "human", outreach_events.MESSAGE_COMPLAINED, resets=True),
    Evidence("banned", "Asked for no contact", "human", talent_events.CONTACT_BANNED, resets=True),
]

READERS: list[registry.Reader] = [
    registry.Reader(
        "talent.engagement",
        reactions.keep_engagement,
        frozenset().union(*(one.kinds for one in EVIDENCE)),
    ),
    registry.Reader("talent.segments", reactions.keep_membership),
    _reader("talent.pool_feeds", reactions.feed_pools, talent_events.SEGMENT_ENTERED, talent_events.SEGMENT_LEFT),
    _reader("talent.watches", reactions.tell_watchers, talent_events.SEGMENT_ENTERED),
    _reader("sourcing.papers", sourcing_reactions.read_papers, talent_events.DOCUMENT_ADDED),
    # --- outreach
    _reader("outreach.messages", outreach_reactions.take_in_messages, outreach_events.MESSAGE_RECEIVED),
    _reader("outreach.classes", outreach_reactions.take_in_classes, outreach_events.MESSAGE_CLASSED),
    _reader("outreach.texts", outreach_reactions.take_in_texts, outreach_events.TEXT_RECEIVED),
    _reader("outreach.bookings", outreach_reactions.take_in_bookings, outreach_events.MEETING_BOOKED),
    _reader("outreach.bans", outreach_reactions.stop_on_ban, talent_events.CONTACT_BANNED),
    _reader(
        "outreach.branches",
        outreach_reactions.look_again,
        *(outreach_events.MESSAGE_OPENED, outreach_events.MESSAGE_CLICKED, outreach_events.PORTAL_VISITED),
        *(talent_events.SEGMENT_ENTERED, talent_events.APPLICATION_MADE),
    ),
    _reader("outreach.wishes", outreach_reactions.ask_again, talent_events.CANDIDATE_CHANGED),
    _reader("outreach.leavers", outreach_reactions.hold_of_leavers, members.DEACTIVATED),
    _reader(
        "outreach.exits", outreach_reactions.follow_segments, talent_events.SEGMENT_LEFT, talent_events.SEGMENT_ENTERED
    ),
    registry.Reader("outreach.automation", outreach_reactions.run_rules, triggers.KINDS),
    _reader(
        "outreach.by_hand", outreach_reactions.go_on_after_tasks, talent_events.TASK_DONE, talent_events.TASK_DELETED
    ),
    _reader(
        "portal.events",
        portal_reactions.write_about_events,
        talent_events.EVENT_REGISTERED,
        talent_events.EVENT_WAITLISTED,
    ),
]

SWEEPS = {
    "crm.fences": fences.check,
    # --- outreach
    "outreach.due": outreach_tasks.sweep_due,
    "outreach.steps": outreach_tasks.sweep_steps,
    "outreach.settle": outreach_tasks.sweep_settle,
    "outreach.domains": outreach_tasks.sweep_domains,
    "outreach.webhooks": outreach_tasks.sweep_webhooks,
    "outreach.reports": outreach_tasks.sweep_reports,
    "outreach.old_reports": outreach_tasks.forget_old_reports,
    "outreach.broadcasts": outreach_tasks.sweep_broadcasts,
    "outreach.follow": outreach_tasks.sweep_follow,
    "outreach.rules": outreach_tasks.sweep_rules,
    "outreach.backlogs": outreach_tasks.sweep_backlogs,
    "talent.bulk": talent_tasks.sweep_bulk,
    "talent.bulk_items": reactions.prune_bulk,
    "talent.exports": talent_tasks.sweep_exports,
    "talent.time": reactions.refresh_by_time,
    "talent.consents": reactions.tell_expired_consents,
    "talent.endings": reactions.tell_what_ended,
    "talent.merges": reactions.forget_old_merges,
    "talent.kept_rules": reactions.forget_kept_rules,
    "talent.engagement": reactions.walk_engagement,
    "talent.seniority": reactions.keep_seniority,
    "talent.passages": talent_tasks.sweep_passages,
    "sourcing.waiting": sourcing_tasks.sweep,
    "portal.waiting": portal_tasks.sweep,
    "portal.reminders": event_reminders.send_all,
    "inbox.unparsed": inbox_tasks.sweep,
    "inbox.meetings": inbox_tasks.sweep_meetings,
}

# What holds, or rolls back, together with its cause: in the same transaction.
BEFORE_COMMIT: dict[str, list[Callable[..., None]]] = {
    "recruiting_event_left": [event_mails.withdraw],
    "recruiting_event_moved": [event_mails.withdraw_reminders],
    "consent_withdrawn": [withdrawals.give_up],
    "candidates_merged": [preferences_joined.keep, attendance_joined.keep, merging.keep_once, merging.keep_rarest],
    "candidate_deleted": [merges.forget],
    "workspace_created": [
        silver.come_with_workspace,
        sample_pools.come_with_workspace,
        recipes.come_with_workspace,
        sample_form.come_with_workspace,
    ],
    "segment_deleted": [leaving.give_up],
}
