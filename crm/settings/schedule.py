"""What the scheduler wakes, and how often (seconds). Each wakes a query; none carries state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _every(seconds: float, task: str, *args: str, queue: str = "interactive") -> dict[str, Any]:
    # A wake-up that nobody took before the next one is worth nothing: it expires. A new scheduler wakes all at once.
    options = {"queue": queue, "expires": max(seconds, 5)}
    return {"task": task, "schedule": seconds, "args": args, "options": options, "last_run_at": LONG_AGO}


BEAT_SCHEDULE = {
    "beat": _every(10, "crm.tasks.beat"),
    "readers": _every(3, "crm.tasks.sweep_readers"),
    "outreach-due": _every(2, "crm.tasks.sweep", "outreach.due"),
    "outreach-domains": _every(86_400, "crm.tasks.sweep", "outreach.domains", queue="bulk"),
    "outreach-reports": _every(2, "crm.tasks.sweep", "outreach.reports"),
    "outreach-old-reports": _every(86_400, "crm.tasks.sweep", "outreach.old_reports", queue="bulk"),
    "outreach-settle": _every(30, "crm.tasks.sweep", "outreach.settle"),
    "outreach-steps": _every(5, "crm.tasks.sweep", "outreach.steps"),
    "outreach-broadcasts": _every(10, "crm.tasks.sweep", "outreach.broadcasts"),
    "outreach-follow": _every(10, "crm.tasks.sweep", "outreach.follow"),
    "outreach-rules": _every(900, "crm.tasks.sweep", "outreach.rules", queue="bulk"),
    "outreach-backlogs": _every(10, "crm.tasks.sweep", "outreach.backlogs", queue="bulk"),
    "outreach-webhooks": _every(10, "crm.tasks.sweep", "outreach.webhooks"),
    "inbox-meetings": _every(60, "crm.tasks.sweep", "inbox.meetings"),
    "inbox-unparsed": _every(5, "crm.tasks.sweep", "inbox.unparsed"),
    "sourcing-waiting": _every(5, "crm.tasks.sweep", "sourcing.waiting"),
    "portal-waiting": _every(10, "crm.tasks.sweep", "portal.waiting"),
    "portal-reminders": _every(600, "crm.tasks.sweep", "portal.reminders", queue="bulk"),
    "talent-engagement": _every(10, "crm.tasks.sweep", "talent.engagement", queue="bulk"),
    "talent-exports": _every(10, "crm.tasks.sweep", "talent.exports"),
    "talent-bulk": _every(5, "crm.tasks.sweep", "talent.bulk"),
    "talent-passages": _every(15, "crm.tasks.sweep", "talent.passages"),
    "talent-time": _every(300, "crm.tasks.sweep", "talent.time"),
    "talent-seniority": _every(3600, "crm.tasks.sweep", "talent.seniority", queue="bulk"),
    "talent-consents": _every(300, "crm.tasks.sweep", "talent.consents"),
    "talent-endings": _every(300, "crm.tasks.sweep", "talent.endings"),
    "talent-merges": _every(86_400, "crm.tasks.sweep", "talent.merges", queue="bulk"),
    "talent-kept-rules": _every(86_400, "crm.tasks.sweep", "talent.kept_rules", queue="bulk"),
    "talent-bulk-items": _every(86_400, "crm.tasks.sweep", "talent.bulk_items", queue="bulk"),
    "fences": _every(3600, "crm.tasks.sweep", "crm.fences"),
}
