"""The lines of the settings, in the order of the page: what stands under one heading stands together here."""

from __future__ import annotations

from crm.permissions import Permission
from crm.registry import NavItem

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
        "My labels",
        "lock",
        "talent:label-list",
        section="You",
        permission=Permission.CANDIDATE_VIEW,
        text="Your private shorthand on people.",
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
        "Sending",
        "send",
        "outreach:settings-sending",
        section="Workspace",
        permission=Permission.TENANT_MANAGE,
        text="Test mode, the mail server, the address mails come from.",
    ),
    NavItem(
        "Engagement",
        "flame",
        "talent:settings-engagement",
        section="Workspace",
        permission=Permission.TENANT_MANAGE,
        text="What makes somebody warm, and how fast it fades.",
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
        "Fields",
        "list-plus",
        "talent:settings-fields",
        section="People",
        permission=Permission.TENANT_MANAGE,
        text="What you want to know of people besides.",
    ),
    NavItem(
        "Skills",
        "graduation-cap",
        "talent:settings-skills",
        section="People",
        permission=Permission.TENANT_MANAGE,
        text="Names, kinds and merges of skills.",
    ),
    NavItem(
        "Tags",
        "tag",
        "talent:settings-tags",
        section="People",
        permission=Permission.TENANT_MANAGE,
        text="The team's words on people: rename and merge.",
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
