"""The rules of contact of a workspace: reading them, changing them, and whom they keep back now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from crm.actors import Actor
from crm.background import wake_on_commit
from crm.services import audit
from outreach.choices import ExclusionReason
from outreach.models import OutboundMessage, SendingPolicy

NAMES = (
    "most_per_week",
    "most_per_month",
    "gap_hours",
    "sender_gap_days",
    "conversation_days",
    "cool_down_days",
    "allows_several",
    "late_hours",
    "approval_people",
    "approval_percent",
    "approval_for_broad",
    "tells_names",
    "mails_per_day",
)
# What these rules and a stopped mailbox put off, and the task that lets the gate judge it anew.
RULED = (
    ExclusionReason.TOO_MUCH_CONTACT,
    ExclusionReason.SENDER_SPACING,
    ExclusionReason.IN_CONVERSATION,
    ExclusionReason.MAILBOX_STOPPED,
    ExclusionReason.NO_GRANT,
    ExclusionReason.DISPLACED,
)
ASK_AGAIN = "outreach.tasks.ask_again"


def current() -> SendingPolicy:
    """The rules in force; the defaults where nobody has changed one."""
    return SendingPolicy.objects.first() or SendingPolicy()


def values_of(rules: SendingPolicy) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in NAMES}


@transaction.atomic
def change(*, values: Mapping[str, Any], by: Actor) -> SendingPolicy:
    """Put these rules in force; `values` maps names of NAMES to checked values, the others stay as they are.

    Mails that older rules have put off are judged anew, in the background.
    """
    SendingPolicy.objects.get_or_create()
    rules = SendingPolicy.objects.select_for_update().get()
    changed = [name for name, value in values.items() if name in NAMES and getattr(rules, name) != value]
    if not changed:
        return rules
    for name in changed:
        setattr(rules, name, values[name])
    rules.updated_by = by.label[:120]
    rules.save()
    audit.record(
        action="sending_policy.change",
        by=by,
        object_type="outreach.sendingpolicy",
        object_id=rules.pk,
        fields=changed,
        facts={name: getattr(rules, name) for name in changed},
    )
    judge_anew(rules.tenant_id)
    return rules


def judge_anew(tenant_id: UUID) -> None:
    """What rules, mailboxes and grants keep back is judged again, in the background, once this is committed."""
    wake_on_commit(ASK_AGAIN, "send", tenant_id)


def kept_back(now: datetime) -> dict[str, int]:
    """{reason: how many people} whose next mail the gate has put off until later: one query over an index."""
    rows = OutboundMessage.objects.put_off(now).order_by().values_list("put_off_reason")
    return dict(rows.annotate(people=Count("candidate", distinct=True)))
