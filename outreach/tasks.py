"""Outreach's tasks: ids in, one service call. The sweeps find work by query; tasks are wake-ups."""

from __future__ import annotations

from django.core.cache import cache

from crm.background import nudge, nudge_on_commit, tenant_task
from crm.models import Tenant
from crm.tenancy.keys import cache_key
from outreach.models import AutomationRule
from outreach.services import (
    automation,
    broadcast_sending,
    broadcasts,
    contact_rules,
    enrolments,
    following,
    outages,
    provider_calls,
    recipient_domains,
    rule_backlogs,
    runner,
    sending,
    sending_domains,
    webhooks,
)
from outreach.services.clock import database_now


@tenant_task("send", enter=False)
def send_due(tenant: Tenant) -> None:
    cache.delete(cache_key(tenant.pk, sending.NUDGED))
    # One round, then to the back of the queue: a tenant with many messages does not hold up the others.
    if sending.send_round(tenant=tenant).has_more and sending.may_nudge(tenant.pk):
        nudge(send_due, tenant.pk)


@tenant_task("send", enter=False)
def settle_open(tenant: Tenant) -> None:
    sending.settle_open(tenant=tenant)


@tenant_task("send")
def run_steps(tenant: Tenant) -> None:
    if runner.run_due(now=database_now()) == runner.BATCH:
        nudge_on_commit(run_steps, tenant.pk)


@tenant_task("send")
def plan_broadcasts(tenant: Tenant) -> None:
    if broadcast_sending.plan_waiting(database_now()):
        nudge_on_commit(plan_broadcasts, tenant.pk)


@tenant_task("send")
def follow(tenant: Tenant) -> None:
    if following.follow_some(database_now()):
        nudge_on_commit(follow, tenant.pk)


@tenant_task("bulk")
def freeze_broadcasts(tenant: Tenant) -> None:
    if broadcasts.freeze_waiting(database_now()):
        nudge_on_commit(freeze_broadcasts, tenant.pk)


@tenant_task("sync", enter=False)
def deliver_webhooks(tenant: Tenant) -> None:
    if webhooks.deliver_due(tenant_id=tenant.pk, now=database_now()) == webhooks.BATCH:
        nudge(deliver_webhooks, tenant.pk)


@tenant_task("send")
def ask_again(tenant: Tenant) -> None:
    if enrolments.ask_again(reasons=contact_rules.RULED, now=database_now()) == enrolments.ASKED_AT_ONCE:
        nudge_on_commit(ask_again, tenant.pk)


@tenant_task("bulk")
def run_rule_for_members(tenant: Tenant, rule_id: str) -> None:
    automation.run_for_members(rule=AutomationRule.objects.get(pk=rule_id), now=database_now())


@tenant_task("bulk")
def run_rules(tenant: Tenant) -> None:
    if rule_backlogs.go_on(database_now()):
        nudge_on_commit(run_rules, tenant.pk)


@tenant_task("bulk")
def walk_rules(tenant: Tenant) -> None:
    automation.walk_all(now=database_now())


@tenant_task("sync")
def read_reports(tenant: Tenant) -> None:
    if provider_calls.read_batch(now=database_now()) == provider_calls.BATCH:
        nudge_on_commit(read_reports, tenant.pk)


@tenant_task("bulk")
def forget_reports(tenant: Tenant) -> None:
    now = database_now()
    provider_calls.forget_old(now=now)
    recipient_domains.forget_old(now=now)


@tenant_task("bulk", enter=False)
def check_domains(tenant: Tenant) -> None:
    sending_domains.check_all_again(tenant=tenant)


def sweep_domains() -> None:
    """Once a day, in every tenant."""
    for tenant_id in Tenant.objects.filter(status=Tenant.Status.ACTIVE).values_list("pk", flat=True):
        nudge(check_domains, tenant_id)


def sweep_rules() -> None:
    """Wake the rules that wait for days, in every tenant: midnight comes at another moment in each zone."""
    for tenant_id in Tenant.objects.filter(status=Tenant.Status.ACTIVE).values_list("pk", flat=True):
        nudge(walk_rules, tenant_id)


def sweep_backlogs() -> None:
    """Wake what runs rules for many people, in every tenant where one has some before it."""
    for tenant_id in rule_backlogs.tenants_behind():
        nudge(run_rules, tenant_id)


def sweep_reports() -> None:
    """Wake the reader of providers' reports in every tenant where one waits."""
    for tenant_id in provider_calls.tenants_with_waiting():
        nudge(read_reports, tenant_id)


def forget_old_reports() -> None:
    """Once a day, in every tenant."""
    for tenant_id in Tenant.objects.filter(status=Tenant.Status.ACTIVE).values_list("pk", flat=True):
        nudge(forget_reports, tenant_id)


def sweep_steps() -> None:
    """Wake what does the steps that send nothing, in every tenant where one is due."""
    for tenant_id in runner.tenants_with_due():
        nudge(run_steps, tenant_id)


def sweep_broadcasts() -> None:
    """Wake what freezes and plans broadcasts, in every tenant where people of one are not written down yet."""
    for tenant_id in broadcast_sending.tenants_to_freeze():
        nudge(freeze_broadcasts, tenant_id)
    for tenant_id in broadcast_sending.tenants_to_plan():
        nudge(plan_broadcasts, tenant_id)


def sweep_follow() -> None:
    """Wake what brings messages in line, in every tenant where a sequence or broadcast is not followed to its end."""
    for tenant_id in following.tenants_behind():
        nudge(follow, tenant_id)


def sweep_webhooks() -> None:
    """Wake what tells other systems, in every tenant where a delivery is due."""
    for tenant_id in webhooks.tenants_with_due():
        nudge(deliver_webhooks, tenant_id)


def sweep_due() -> None:
    """Wake the sender of every tenant in which something is due."""
    outages.beat(database_now())
    for tenant_id in sending.tenants_with_due():
        if sending.may_nudge(tenant_id):
            nudge(send_due, tenant_id)


def sweep_settle() -> None:
    """Wake what settles rows left behind by a dead worker."""
    for tenant_id in sending.tenants_to_settle():
        nudge(settle_open, tenant_id)
