"""Who listens to what, and who shows up where: the one page that answers "what happens when ...?"."""

from __future__ import annotations

from crm import registry, tasks
from crm.permissions import Permission
from crm.registry import FirstStep, NavItem, PaletteSource, Panel, registered
from crm.services import fences, invitations
from sourcing import tasks as sourcing_tasks
from sourcing.services import waiting
from talent import demo as talent_demo
from talent import reactions
from talent.filters import catalogue, fields
from talent.views import people_panels, segment_panels


def connect() -> None:
    """Plug every app into the floor; called once, when Django is ready."""
    registered.after_publish = tasks.nudge_readers
    registry.add_readers(*READERS)
    registered.sweeps.update(SWEEPS)
    registered.navigation.extend(NAVIGATION)
    registered.creatable.extend(CREATABLE)
    registered.settings_sections.extend(SETTINGS)
    registered.first_steps.extend(FIRST_STEPS)
    catalogue.register(*FILTER_FIELDS)
    registered.demo.extend(DEMO)
    registered.palette.extend(PALETTE)
    for slot, panels in PANELS.items():
        registered.panels.setdefault(slot, []).extend(panels)


READERS: list[registry.Reader] = [
    registry.Reader("talent.segments", reactions.keep_membership),
]

SWEEPS = {
    "crm.fences": fences.check,
    "talent.time": reactions.refresh_by_time,
    "sourcing.waiting": sourcing_tasks.sweep,
}

# Who fills the demo tenant, in order.
DEMO = [talent_demo.people, talent_demo.groups]

# What lists, segments, sequence branches and reports can be filtered by.
FILTER_FIELDS = [*fields.TALENT_FIELDS]

PALETTE = [
    PaletteSource("People", people_panels.palette, permission=Permission.CANDIDATE_VIEW, prefix="@"),
    PaletteSource("Segments", segment_panels.palette, permission=Permission.CANDIDATE_VIEW),
]

# Slot of a page -> the panels that other apps and rooms put there.
PANELS = {
    "candidate.side": [Panel("segments", segment_panels.of_candidate, permission=Permission.CANDIDATE_VIEW)],
}

NAVIGATION = [
    NavItem("Today", "sun", "crm:today", "g t"),
    NavItem("Candidates", "users", "talent:candidate-list", "g c", permission=Permission.CANDIDATE_VIEW),
    NavItem("Pools", "layers", "talent:pool-list", "g p", permission=Permission.CANDIDATE_VIEW),
    NavItem("Segments", "list-filter", "talent:segment-list", "g f", permission=Permission.CANDIDATE_VIEW),
    NavItem("Imports", "file-up", "sourcing:import-list", section="Workspace", permission=Permission.CANDIDATE_IMPORT),
    NavItem("Settings", "settings", "crm:settings", "g ,", section="Workspace"),
]

CREATABLE = [
    NavItem("Candidate", "user-round-plus", "talent:candidate-new", "c c", permission=Permission.CANDIDATE_EDIT),
    NavItem("Pool", "layers", "talent:pool-new", "c p", permission=Permission.CANDIDATE_EDIT),
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
        "Bring people in",
        "Drop a stack of résumés, or import a list you already keep.",
        "Import",
        "sourcing:import-list",
        waiting.somebody_was_brought_in,
        "file-up",
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
