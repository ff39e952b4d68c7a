"""Who listens to what, and who shows up where: the one page that answers "what happens when ...?"."""

from __future__ import annotations

from anymail import signals as anymail_signals

from analytics.views import panels as analytics_panels
from crm import registry, tasks
from crm.permissions import Permission
from crm.registry import FirstStep, NavItem, PaletteSource, Panel, registered
from crm.services import invitations, login_trail
from crm.wiring_places import AUDIT_OBJECTS, CREATABLE, NOTIFICATIONS, SANDBOX
from crm.wiring_settings import SETTINGS
from crm.wiring_work import BEFORE_COMMIT, EVIDENCE, READERS, SWEEPS
from inbox import demo as inbox_demo
from inbox.services import crossing, timeline_kinds
from inbox.services import threads as inbox_threads
from inbox.views import hooks as inbox_hooks
from inbox.views import meetings as meeting_pages
from inbox.views import threads as inbox_threads_pages
from inbox.views import timeline as inbox_timeline
from outreach import demo as outreach_demo
from outreach import demo_broadcasts, demo_plans, demo_rules
from outreach.filter_fields import OUTREACH_FIELDS
from outreach.services import (
    bulk_enrol,
    contacts,
    merge_tags,
    merging,
    message_templates,
    sequences,
    told_tags,
)
from outreach.services import segment_uses as outreach_segment_uses
from outreach.services.merge_tags import MergeTag
from outreach.views import enrolment_panels, may_write
from outreach.views import handing_over as hand_over_pages
from outreach.views import mail_preferences as mail_preference_pages
from outreach.views import outbox as outbox_pages
from outreach.views import reach as reach_pages
from portal import demo as portal_demo
from portal.filter_fields import PORTAL_FIELDS
from portal.services import links as portal_links
from portal.services import news, registrations
from portal.services import timeline as portal_timeline
from portal.views import gatherings
from portal.views import invitations as portal_invitations
from sourcing.services import waiting
from talent import demo as talent_demo
from talent import (
    demo_consent,
    demo_events,
    demo_merges,
    demo_notes,
    demo_person,
    demo_search,
    demo_work,
    merge_warnings,
    segment_uses,
    warmth,
)
from talent.filters import catalogue, fields
from talent.filters.custom import CustomFields
from talent.filters.touch_fields import Touches
from talent.services import (
    bulk_acts,
    bulk_events,
    bulk_people,
    clocks,
    pool_feeds,
    seats,
    silver,
    touchpoints,
)
from talent.views import consent as consent_pages
from talent.views import engagement as engagement_pages
from talent.views import jobs as job_pages
from talent.views import merge_panels, people_panels, saved_views, segment_panels
from talent.views import recruiting_events as event_pages
from talent.views import rediscovery as rediscovery_pages
from talent.views import tasks as task_pages


def connect() -> None:
    """Plug every app into the floor; called once, when Django is ready."""
    registered.after_publish = tasks.nudge_readers
    registry.add_readers(*READERS)
    registered.sweeps.update(SWEEPS)
    for name, hooks in BEFORE_COMMIT.items():
        registered.before_commit.setdefault(name, []).extend(hooks)
    registered.navigation.extend(NAVIGATION)
    registered.creatable.extend(CREATABLE)
    registered.settings_sections.extend(SETTINGS)
    registered.audit_objects.update(AUDIT_OBJECTS)
    registered.first_steps.extend(FIRST_STEPS)
    catalogue.register(*FILTER_FIELDS)
    catalogue.provide(*FILTER_PROVIDERS)
    segment_uses.register(*SEGMENT_USES)
    merge_warnings.register(*MERGE_WARNINGS)
    warmth.register(*EVIDENCE)
    clocks.register(*CLOCKS)
    bulk_acts.register(*BULK_ACTS)
    merge_tags.register(*MERGE_TAGS)
    merge_tags.REGISTRY.provide(told_tags.CustomTags())
    merge_tags.LATEST.append(news.newest)
    timeline_kinds.register(portal_timeline.KINDS)
    seats.PROMISES[:] = [registrations.promised]
    registered.demo.extend(DEMO)
    registered.palette.extend(PALETTE)
    for slot, panels in PANELS.items():
        registered.panels.setdefault(slot, []).extend(panels)
    registered.sandbox = SANDBOX
    registered.notifications = NOTIFICATIONS
    registered.home_rows.extend(HOME_ROWS)
    anymail_signals.inbound.connect(inbox_hooks.provider_mail)
    login_trail.connect()


# Who fills the demo tenant, in order.
DEMO = [
    talent_demo.people,
    demo_person.closer,
    demo_work.work,
    demo_events.gatherings,
    demo_search.a_search,
    demo_notes.remarks,
    demo_consent.consent,
    outreach_demo.texts,
    demo_broadcasts.mailings,
    demo_plans.plans,
    demo_rules.automation,
    portal_demo.articles,
    inbox_demo.correspondence,
    demo_merges.merges_and_twins,
]

# What lists, segments, sequence branches and reports can be filtered by.
FILTER_FIELDS = [*fields.TALENT_FIELDS, *OUTREACH_FIELDS, *PORTAL_FIELDS]

# Where each tenant's own fields come from.
FILTER_PROVIDERS: list[catalogue.Provider] = [CustomFields(), Touches()]

# What rests on segments, beside other segments.
SEGMENT_USES = [pool_feeds.fed_by, outreach_segment_uses.running, outreach_segment_uses.drafts]

# Who knows when somebody was in touch with a person, beside the mails that tell it as they come and go.
CLOCKS = [touchpoints.moments, contacts.moments, crossing.moments]

# What somebody should know before two records become one, beside bans, consents and what is off limits.
MERGE_WARNINGS = [merging.both_enrolled, merging.rarer]

# What can be done with many people at once, in the order of the bar.
BULK_ACTS = [*bulk_people.TALENT_ACTS[:3], bulk_enrol.ENROL, bulk_events.REGISTER, *bulk_people.TALENT_ACTS[3:]]

# What templates can say beyond outreach's own tags.
MERGE_TAGS = [
    *told_tags.FACT_TAGS,
    MergeTag(
        "portal_link",
        "Link to their profile",
        "https://crm.example.com/p/…",
        lambda c: portal_links.front_page(c.candidate.tenant),
        is_always_known=True,
        is_link=True,
        link_words="Your profile",
    ),
    MergeTag(
        "upcoming_events",
        "Upcoming events",
        "How we test migrations (4 June 2026): https://crm.example.com/p/…",
        news.events_in_words,
        is_block=True,
        whose="nobody",
    ),
]

PALETTE = [
    PaletteSource("People", people_panels.palette, permission=Permission.CANDIDATE_VIEW, prefix="@"),
    PaletteSource("Jobs", job_pages.palette, permission=Permission.CANDIDATE_VIEW),
    PaletteSource("Events", event_pages.palette, permission=Permission.CANDIDATE_VIEW),
    PaletteSource("Segments", segment_panels.palette, permission=Permission.CANDIDATE_VIEW),
]

# Slot of a page -> the panels that other apps and rooms put there.
PANELS = {
    "today.lines": [Panel("morning", outbox_pages.morning_line, permission=Permission.OUTREACH_VIEW)],
    "today": [
        Panel("views", saved_views.today, permission=Permission.CANDIDATE_VIEW),
        Panel("this-week", analytics_panels.this_week, permission=Permission.ANALYTICS_VIEW),
    ],
    "candidate.warmth": [
        Panel("warmth", engagement_pages.badge, permission=Permission.CANDIDATE_VIEW, asks=engagement_pages.asks)
    ],
    "candidate.may_write": [Panel("gate", may_write.panel, permission=Permission.CANDIDATE_VIEW)],
    "candidate.actions": [Panel("write", inbox_timeline.write_button, permission=Permission.INBOX_REPLY)],
    "candidate.contacts": [Panel("last-contacts", inbox_timeline.last_contacts, permission=Permission.INBOX_VIEW)],
    "candidate.timeline": [
        Panel("timeline", inbox_timeline.panel, permission=Permission.CANDIDATE_VIEW, asks=inbox_timeline.asks)
    ],
    "member.side": [Panel("holdings", hand_over_pages.panel, permission=Permission.MEMBER_MANAGE)],
    "task.side": [Panel("prepared", enrolment_panels.of_task, permission=Permission.OUTREACH_VIEW)],
    "segment.side": [Panel("reach", reach_pages.panel, permission=Permission.OUTREACH_VIEW)],
    "event.side": [Panel("page", gatherings.panel, permission=Permission.CANDIDATE_VIEW)],
    "candidate.side": [
        Panel("merges", merge_panels.of_candidate, permission=Permission.CANDIDATE_VIEW, asks=merge_panels.asks),
        Panel("tasks", task_pages.panel, permission=Permission.CANDIDATE_VIEW, asks=task_pages.asks),
        Panel("meetings", meeting_pages.panel, permission=Permission.CANDIDATE_VIEW, asks=meeting_pages.asks),
        Panel("consent", consent_pages.panel, permission=Permission.CANDIDATE_VIEW, asks=consent_pages.asks),
        Panel("applications", job_pages.panel, permission=Permission.CANDIDATE_VIEW, asks=job_pages.asks),
        Panel("events", event_pages.panel, permission=Permission.CANDIDATE_VIEW, asks=event_pages.asks),
        Panel(
            "enrolments", enrolment_panels.of_candidate, permission=Permission.OUTREACH_VIEW, asks=enrolment_panels.asks
        ),
        Panel(
            "waiting",
            enrolment_panels.waiting,
            permission=Permission.OUTREACH_VIEW,
            asks=enrolment_panels.waiting_asks,
        ),
        Panel(
            "mail-preferences",
            mail_preference_pages.panel,
            permission=Permission.OUTREACH_VIEW,
            asks=mail_preference_pages.asks,
        ),
        Panel("segments", segment_panels.of_candidate, permission=Permission.CANDIDATE_VIEW, asks=segment_panels.asks),
        Panel("similar", rediscovery_pages.panel, permission=Permission.CANDIDATE_VIEW),
        Panel("portal", portal_invitations.panel, permission=Permission.CANDIDATE_VIEW, asks=portal_invitations.asks),
    ],
}

# The ranked next actions of the start page.
HOME_ROWS = [inbox_threads_pages.home_rows, outbox_pages.home_rows, task_pages.home_rows]

NAVIGATION = [
    NavItem("Today", "sun", "crm:today", "g t"),
    NavItem(
        "Inbox",
        "inbox",
        "inbox:thread-list",
        "g i",
        permission=Permission.INBOX_VIEW,
        badge=lambda request: inbox_threads.unhandled(),
        asks=lambda request: inbox_threads.unhandled_asks(),
    ),
    NavItem(
        "Candidates",
        "users",
        "talent:candidate-list",
        "g c",
        permission=Permission.CANDIDATE_VIEW,
        children=saved_views.rail,
        asks=saved_views.rail_asks,
    ),
    NavItem("Pools", "layers", "talent:pool-list", "g p", permission=Permission.CANDIDATE_VIEW),
    NavItem("Segments", "list-filter", "talent:segment-list", "g f", permission=Permission.CANDIDATE_VIEW),
    NavItem(
        "Tasks",
        "circle-check",
        "talent:task-list",
        "g k",
        permission=Permission.CANDIDATE_VIEW,
        badge=task_pages.open_count,
        asks=task_pages.open_count_asks,
    ),
    NavItem("Jobs", "briefcase-business", "talent:job-list", "g j", permission=Permission.CANDIDATE_VIEW),
    NavItem("Events", "calendar-days", "talent:event-list", "g e", permission=Permission.CANDIDATE_VIEW),
    NavItem("Sequences", "send", "outreach:sequence-list", "g s", permission=Permission.OUTREACH_VIEW),
    NavItem("Broadcasts", "megaphone", "outreach:broadcast-list", "g b", permission=Permission.OUTREACH_VIEW),
    NavItem("Outbox", "calendar-clock", "outreach:outbox", permission=Permission.OUTREACH_VIEW),
    NavItem("Automation", "workflow", "outreach:rule-list", permission=Permission.OUTREACH_VIEW),
    NavItem("Templates", "file-text", "outreach:template-list", permission=Permission.OUTREACH_VIEW),
    NavItem("Content", "newspaper", "portal:content-list", permission=Permission.OUTREACH_VIEW),
    NavItem("Analytics", "chart-column", "analytics:report", "g a", permission=Permission.ANALYTICS_VIEW),
    NavItem("Imports", "file-up", "sourcing:import-list", section="Workspace", permission=Permission.CANDIDATE_IMPORT),
    NavItem("Settings", "settings", "crm:settings", "g ,", section="Workspace"),
]

FIRST_STEPS = [
    FirstStep(
        "Bring people in",
        "Drop a stack of résumés, or import a list you already keep.",
        "Import",
        "sourcing:import-list",
        waiting.somebody_was_brought_in,
        "file-up",
    ),
    FirstStep(
        "Make a segment",
        "A rule that finds the right people, and keeps finding them as your community grows.",
        "New segment",
        "talent:segment-new",
        silver.somebody_made_another,
        "list-filter",
    ),
    FirstStep(
        "Write a template",
        "One good text, with each person's own name and work in it.",
        "New template",
        "outreach:template-new",
        message_templates.somebody_wrote_one,
        "file-text",
    ),
    FirstStep(
        "Start a sequence",
        "A few mails with time between. It stops when somebody answers; in test mode nothing leaves the building.",
        "New sequence",
        "outreach:sequence-new",
        sequences.somebody_started_one,
        "send",
    ),
    FirstStep(
        "Invite a colleague",
        "Recruiting is teamwork: notes, replies and tasks are shared.",
        "Invite",
        "crm:invitation-new",
        invitations.somebody_was_invited,
        "user-plus",
    ),
]
