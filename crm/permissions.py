"""Permissions and the roles that bundle them."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class Permission(StrEnum):
    """What a member may do. Doors (`crm.access`) ask for one of these, never for a role."""

    CANDIDATE_VIEW = "candidate_view"
    CANDIDATE_EDIT = "candidate_edit"
    CANDIDATE_DELETE = "candidate_delete"
    CANDIDATE_IMPORT = "candidate_import"
    CANDIDATE_EXPORT = "candidate_export"
    SEGMENT_EDIT = "segment_edit"
    OUTREACH_VIEW = "outreach_view"
    OUTREACH_EDIT = "outreach_edit"
    OUTREACH_SEND = "outreach_send"
    INBOX_VIEW = "inbox_view"
    INBOX_REPLY = "inbox_reply"
    ANALYTICS_VIEW = "analytics_view"
    MEMBER_MANAGE = "member_manage"
    TENANT_MANAGE = "tenant_manage"
    API_KEY_MANAGE = "api_key_manage"
    AUDIT_VIEW = "audit_view"


class Role(models.TextChoices):
    """The roles of a tenant."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    RECRUITER = "recruiter", "Recruiter"
    HIRING_MANAGER = "hiring_manager", "Hiring manager"
    VIEWER = "viewer", "Viewer"


_VIEWER = frozenset({Permission.CANDIDATE_VIEW, Permission.ANALYTICS_VIEW})
_HIRING_MANAGER = _VIEWER | {Permission.OUTREACH_VIEW}
_RECRUITER = _HIRING_MANAGER | {
    Permission.CANDIDATE_EDIT,
    Permission.CANDIDATE_IMPORT,
    Permission.SEGMENT_EDIT,
    Permission.OUTREACH_EDIT,
    Permission.OUTREACH_SEND,
    Permission.INBOX_VIEW,
    Permission.INBOX_REPLY,
}
_ADMIN = frozenset(Permission)

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.OWNER: _ADMIN,
    Role.ADMIN: _ADMIN,
    Role.RECRUITER: _RECRUITER,
    Role.HIRING_MANAGER: _HIRING_MANAGER,
    Role.VIEWER: _VIEWER,
}

ROLE_SENTENCES: dict[str, str] = {
    Role.OWNER: "Everything, and the only role that makes other owners.",
    Role.ADMIN: "Everything in this workspace, settings and members included.",
    Role.RECRUITER: "Works with candidates: adds, imports, writes, replies. No settings, no export, no deletion.",
    Role.HIRING_MANAGER: "Sees candidates, outreach and figures; changes nothing.",
    Role.VIEWER: "Sees candidates and figures; changes nothing.",
}
