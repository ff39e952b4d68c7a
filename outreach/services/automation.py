"""What sets automation rules going: something happened, a day came, a colleague asks for those who are in already."""

from __future__ import annotations

from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction

from crm.models import Event
from outreach.models import AutomationRule, RuleRun
from outreach.services import rule_backlogs, timed, triggers
from outreach.services.rule_people import Cause
from talent.filters.clock import here

KEPT = timedelta(days=90)  # why nothing was done is of no use after that


def react(events: Row[Event]) -> int:
    """Something happened: run every rule that waits for it; returns how often one did something for somebody."""
    wanted = {key for event in events for key in triggers.of_kind(event.kind)}
    rules = list(AutomationRule.objects.waiting_for(wanted))
    done = 0
    for event in events:
        keys = triggers.of_kind(event.kind)
        for rule in (one for one in rules if one.trigger in keys and _is_meant(one, event)):
            done += rule_backlogs.begin(rule, cause=Cause(event.pk, event.occurred_at, event))
    return done


def _is_meant(rule: AutomationRule, event: Event) -> bool:
    """The event came after the rule was turned on, and is what its settings mean."""
    is_fresh = rule.activated_at is not None and event.occurred_at >= rule.activated_at
    return is_fresh and triggers.TRIGGERS[rule.trigger].fits(event, rule.settings)


@transaction.atomic
def run_for_members(*, rule: AutomationRule, now: datetime) -> int:
    """Run the rule for those who are in its segment already; returns for how many it did something so far.

    Their cause is the rule itself: a second call finds only for whom it did nothing before.
    """
    row = AutomationRule.objects.locked(rule.pk)
    return rule_backlogs.begin(row, cause=Cause(row.pk, now)) if row.is_active else 0


@transaction.atomic
def walk(*, rule: AutomationRule, now: datetime) -> int:
    """Run a rule for the people whose day has come since it last looked; returns for how many it did something so far.

    Days are those of the workspace's zone. Days on which no worker ran are caught up with, `timed.CAUGHT_UP` at most.
    """
    row = AutomationRule.objects.locked(rule.pk)
    today = here(now).today
    since = max(row.walked_on or today - timedelta(days=1), today - timedelta(days=timed.CAUGHT_UP))
    if since >= today or not row.is_active or timed.missing(row.trigger, row.settings):
        return 0
    done = rule_backlogs.begin(row, cause=Cause(uuid5(row.pk, today.isoformat()), now, since=since))
    AutomationRule.objects.filter(pk=row.pk).update(walked_on=today)
    return done


def walk_all(*, now: datetime) -> int:
    """Every rule of the current tenant that waits for days, and forgets why nothing was done long ago."""
    today = here(now).today
    due = AutomationRule.objects.waiting_for(timed.OF_DAYS).exclude(walked_on__gte=today)
    RuleRun.objects.filter(acted=False, ran_at__lt=now - KEPT).delete()
    return sum(walk(rule=rule, now=now) for rule in due)
