"""Where the apps show up in the frame of every page: navigation, what can be made, first steps, names in the audit."""

from __future__ import annotations

from crm.permissions import Permission
from crm.registry import FirstStep, NavItem
from crm.services import invitations
from crm.views import notifications as notification_pages
from inbox.services import threads as inbox_threads
from outreach.services import message_templates, sequences
from sourcing.services import waiting
from talent.services import segments
from talent.views import saved_views
from talent.views import tasks as task_pages

# The mailbox that catches what test mode sends.
SANDBOX = NavItem("Sandbox", "flask-conical", "inbox:sandbox", permission=Permission.OUTREACH_VIEW)

# The bell.
NOTIFICATIONS = NavItem(
    "Notifications",
    "bell",
    "crm:notification-list",
    badge=notification_pages.unread,
    asks=notification_pages.asks,
)

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
    NavItem("Sequences", "send", "outreach:sequence-list", "g s", permission=Permission.OUTREACH_VIEW),
    NavItem("Automation", "workflow", "outreach:rule-list", permission=Permission.OUTREACH_VIEW),
    NavItem("Templates", "file-text", "outreach:template-list", permission=Permission.OUTREACH_VIEW),
    NavItem("Content", "newspaper", "portal:content-list", permission=Permission.OUTREACH_VIEW),
    NavItem("Analytics", "chart-column", "analytics:report", "g a", permission=Permission.ANALYTICS_VIEW),
    NavItem("Imports", "file-up", "sourcing:import-list", section="Workspace", permission=Permission.CANDIDATE_IMPORT),
    NavItem("Settings", "settings", "crm:settings", "g ,", section="Workspace"),
]

CREATABLE = [
    NavItem("Candidate", "user-round-plus", "talent:candidate-new", "c c", permission=Permission.CANDIDATE_EDIT),
    NavItem("Job", "briefcase-business", "talent:job-new", "c j", permission=Permission.CANDIDATE_EDIT),
    NavItem("Task", "circle-check", "talent:task-new", "c k", permission=Permission.CANDIDATE_EDIT),
    NavItem("Pool", "layers", "talent:pool-new", "c p", permission=Permission.CANDIDATE_EDIT),
    NavItem("Segment", "list-filter", "talent:segment-new", "c f", permission=Permission.SEGMENT_EDIT),
    NavItem("Template", "file-text", "outreach:template-new", "c t", permission=Permission.OUTREACH_EDIT),
    NavItem("Sequence", "send", "outreach:sequence-new", "c s", permission=Permission.OUTREACH_EDIT),
]

# What the audit log calls by its name -> its page; "" for a name alone.
AUDIT_OBJECTS = {
    "crm.apikey": "",
    "crm.invitation": "",
    "crm.member": "",
    "crm.storedfile": "",
    "talent.bulkoperation": "talent:bulk-detail",
    "talent.candidate": "talent:candidate-detail",
    "talent.candidatefact": "",
    "talent.fielddefinition": "",
    "talent.export": "",
    "talent.rediscoverysearch": "talent:rediscovery-detail",
    "talent.savedview": "",
    "talent.consentwording": "",
    "talent.job": "talent:job-detail",
    "talent.offlimitscompany": "talent:settings-off-limits-edit",
    "talent.purposebasis": "",
    "talent.segment": "talent:segment-detail",
    "talent.skill": "",
    "talent.tag": "",
    "talent.talentpool": "talent:pool-board",
    "outreach.messagetemplate": "outreach:template-edit",
    "outreach.sequence": "outreach:sequence-detail",
    "portal.contentitem": "portal:content-edit",
    "outreach.automationrule": "outreach:rule-detail",
}

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
        segments.somebody_made_one,
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
