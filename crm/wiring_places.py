"""Where the apps show up in the frame of every page, as far as names say it: what can be made, the bell, the audit."""

from __future__ import annotations

from crm.permissions import Permission
from crm.registry import NavItem
from crm.views import notifications as notification_pages

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


CREATABLE = [
    NavItem("Candidate", "user-round-plus", "talent:candidate-new", "c c", permission=Permission.CANDIDATE_EDIT),
    NavItem("Job", "briefcase-business", "talent:job-new", "c j", permission=Permission.CANDIDATE_EDIT),
    NavItem("Event", "calendar-days", "talent:event-new", "c e", permission=Permission.CANDIDATE_EDIT),
    NavItem("Task", "circle-check", "talent:task-new", "c k", permission=Permission.CANDIDATE_EDIT),
    NavItem("Pool", "layers", "talent:pool-new", "c p", permission=Permission.CANDIDATE_EDIT),
    NavItem("Segment", "list-filter", "talent:segment-new", "c f", permission=Permission.SEGMENT_EDIT),
    NavItem("Template", "file-text", "outreach:template-new", "c t", permission=Permission.OUTREACH_EDIT),
    NavItem("Sequence", "send", "outreach:sequence-new", "c s", permission=Permission.OUTREACH_EDIT),
    NavItem("Broadcast", "megaphone", "outreach:broadcast-new", "c b", permission=Permission.OUTREACH_EDIT),
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
    "talent.recruitingevent": "talent:event-detail",
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
    "outreach.broadcast": "outreach:broadcast-detail",
    "outreach.topic": "",
    "outreach.snippet": "outreach:snippet-edit",
    "outreach.sendgrant": "",
    "outreach.outboundmessage": "outreach:message-detail",
    "outreach.sequence": "outreach:sequence-detail",
    "portal.contentitem": "portal:content-edit",
    "outreach.automationrule": "outreach:rule-detail",
}
