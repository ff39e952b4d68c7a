"""Who listens to what, and who shows up where: the one page that answers "what happens when ...?"."""

from __future__ import annotations

from anymail import signals as anymail_signals

from crm import registry, tasks
from crm.permissions import Permission
from crm.registry import FirstStep, NavItem, Panel, registered
from crm.services import fences, invitations
from inbox import tasks as inbox_tasks
from inbox.services import threads
from inbox.views import hooks, timeline
from sourcing import tasks as sourcing_tasks
from talent import reactions
from talent.filters import catalogue, fields


def connect() -> None:
    """Plug every app into the floor; called once, when Django is ready."""
    registered.after_publish = tasks.nudge_readers
    registry.add_readers(*READERS)
    registered.sweeps.update(SWEEPS)
    registered.navigation.extend(NAVIGATION)
    registered.settings_sections.extend(SETTINGS)
    registered.first_steps.extend(FIRST_STEPS)
    catalogue.register(*FILTER_FIELDS)
    for slot, panels in PANELS.items():
        registered.panels.setdefault(slot, []).extend(panels)
    registered.sandbox = SANDBOX
    anymail_signals.inbound.connect(hooks.provider_mail)


READERS: list[registry.Reader] = [
    registry.Reader("talent.segments", reactions.keep_membership),
]

SWEEPS = {
    "crm.fences": fences.check,
    "talent.time": reactions.refresh_by_time,
    "sourcing.waiting": sourcing_tasks.sweep,
    "inbox.unparsed": inbox_tasks.sweep,
}

# Which app fills which slot of whose page.
PANELS = {
    "candidate.timeline": [Panel("timeline", timeline.panel, Permission.CANDIDATE_VIEW)],
}

SANDBOX = NavItem("Sandbox", "flask-conical", "inbox:sandbox", permission=Permission.OUTREACH_VIEW)

NAVIGATION = [
    NavItem("Today", "sun", "crm:today", "g t"),
    NavItem(
        "Inbox",
        "inbox",
        "inbox:thread-list",
        "g i",
        permission=Permission.INBOX_VIEW,
        badge=lambda request: threads.unhandled(),
    ),
    NavItem("Settings", "settings", "crm:settings", "g ,", section="Workspace"),
]

SETTINGS = [
    NavItem("My profile", "user-round", "crm:settings-profile", section="You", text="Your name and time zone."),
    NavItem(
        "Security",
        "shield-check",
        "crm:settings-security",
        section="You",
        text="Password, one-time codes, passkeys, open sessions.",
    ),
    NavItem(
        "General",
        "building-2",
        "crm:settings-workspace",
        section="Workspace",
        permission=Permission.TENANT_MANAGE,
        text="Name, time zone, and the switch that stops all sending.",
    ),
    NavItem(
        "Members",
        "users",
        "crm:member-list",
        section="Workspace",
        permission=Permission.MEMBER_MANAGE,
        text="Who may enter, as what; invitations.",
    ),
    NavItem(
        "API keys",
        "key-round",
        "crm:api-key-list",
        section="Machines",
        permission=Permission.API_KEY_MANAGE,
        text="Keys for scripts and other systems.",
    ),
    NavItem(
        "Inbound mail",
        "mail-plus",
        "inbox:settings-inbound",
        section="Machines",
        permission=Permission.TENANT_MANAGE,
        text="How answers come in: the address for your mail server or provider.",
    ),
    NavItem(
        "Audit log",
        "scroll-text",
        "crm:audit-list",
        section="Oversight",
        permission=Permission.AUDIT_VIEW,
        text="Who did what, and when.",
    ),
    NavItem(
        "Health",
        "heart-pulse",
        "crm:health",
        section="Oversight",
        permission=Permission.TENANT_MANAGE,
        text="Whether background work keeps up, and what it could not take in.",
    ),
]

FIRST_STEPS = [
    FirstStep(
        "Invite a colleague",
        "Recruiting is teamwork: notes, replies and tasks are shared.",
        "Invite",
        "crm:invitation-new",
        invitations.somebody_was_invited,
        "user-plus",
    ),
]
# What lists, segments, sequence branches and reports can be filtered by.
FILTER_FIELDS = [*fields.TALENT_FIELDS]
