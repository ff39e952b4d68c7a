"""The floor's models."""

from crm.models.api_key import ApiKey
from crm.models.audit import AuditEntry
from crm.models.event import Event, ReaderCursor, ReaderFailure
from crm.models.file import StoredFile
from crm.models.heartbeat import Heartbeat
from crm.models.member import Invitation, Member
from crm.models.notification import Notification
from crm.models.tenant import Tenant
from crm.models.user import User

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Event",
    "Heartbeat",
    "Invitation",
    "Member",
    "Notification",
    "ReaderCursor",
    "ReaderFailure",
    "StoredFile",
    "Tenant",
    "User",
]
