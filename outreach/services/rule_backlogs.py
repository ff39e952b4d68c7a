"""Runs a rule for all people of a cause: the first at once, the others in the background, in the order of their keys.

Each batch is a transaction that also moves the backlog on, so whoever is killed, the rule runs once for each person.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.background import wake_on_commit
from crm.models import Event
from crm.tenancy.waiting import tenants_with
from outreach.models import AutomationRule, RuleBacklog
from outreach.services import rule_people, rule_runs
from outreach.services.rule_people import Cause

AT_ONCE = 500  # people, while other events wait
BATCH = 2_000
TASK = "outreach.tasks.run_rules"


def _next(rule: AutomationRule, cause: Cause, after: UUID | None, most: int) -> list[UUID]:
    people = rule_people.people(rule, cause)
    later = people.filter(pk__gt=after) if after else people
    return list(later.order_by("pk").values_list("pk", flat=True)[:most])


@transaction.atomic
def begin(rule: AutomationRule, *, cause: Cause) -> int:
    """Run it for the first people of a cause, and leave the others to the background; returns for how many it did
    something so far.
    """
    people = _next(rule, cause, None, AT_ONCE)
    if not people:
        return 0
    facts = rule_people.facts(cause, people)
    done = rule_runs.run(rule, cause=cause, people=people, facts=facts, now=cause.now)
    if len(people) == AT_ONCE:
        _leave(rule, cause, people[-1])
    return done


def _leave(rule: AutomationRule, cause: Cause, done_to: UUID) -> None:
    """A cause that is on its way already is not begun twice."""
    event = cause.event.pk if cause.event else None
    row = RuleBacklog(
        rule=rule, cause=cause.key, event=event, since=cause.since, happened_at=cause.now, done_to=done_to
    )
    RuleBacklog.objects.bulk_create([row], ignore_conflicts=True)
    wake_on_commit(TASK, "bulk", rule.tenant_id)


@transaction.atomic
def go_on(now: datetime) -> bool:
    """A batch of whichever cause has waited longest; whether there was one. Two workers never have the same one."""
    waiting = RuleBacklog.objects.order_by("created_at", "pk")
    row = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return False
    rule = AutomationRule.objects.locked(row.rule_id)
    cause = _cause(row)
    people = _next(rule, cause, row.done_to, BATCH) if cause else []
    if cause and people:
        _run(rule, cause, people, now)
    if len(people) < BATCH:
        row.delete()
    else:
        row.done_to = people[-1]
        row.save(update_fields=["done_to"])
    return True


def _cause(row: RuleBacklog) -> Cause | None:
    """None: what happened is no longer on record."""
    event = Event.objects.filter(pk=row.event).first() if row.event else None
    if row.event and event is None:
        return None
    return Cause(row.cause, row.happened_at, event, row.since)


def _run(rule: AutomationRule, cause: Cause, people: list[UUID], now: datetime) -> None:
    if not rule.is_active or rule.activated_at is None or rule.activated_at > cause.now:
        rule_runs.tell_turned_off(rule, cause=cause, people=people, now=now)
        return
    rule_runs.run(rule, cause=cause, people=people, facts=rule_people.facts(cause, people), now=now)


def is_at_work(rule: AutomationRule) -> bool:
    """Whether it still has people of a cause before it."""
    return RuleBacklog.objects.filter(rule=rule).exists()


def tenants_behind() -> list[UUID]:
    """Active tenants in which a rule has people of a cause before it."""
    return tenants_with("outreach_rulebacklog", "true", oldest="created_at")
