"""Automation: when something happens, and the person fits, then do this."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from talent.models import Candidate


class AutomationRuleQuerySet(TenantQuerySet["AutomationRule"]):
    """Rules of the current tenant."""

    def waiting_for(self, triggers: Collection[str]) -> AutomationRuleQuerySet:
        """Those that are on and wait for one of these triggers."""
        return self.filter(is_active=True, trigger__in=triggers)

    def locked(self, pk: UUID) -> AutomationRule:
        """One of them, held until the transaction ends: it runs for many, or is turned on, once at a time."""
        found: AutomationRule = self.select_for_update(of=("self",), no_key=True).get(pk=pk)
        return found


class AutomationRuleManager(TenantManager.from_queryset(AutomationRuleQuerySet)):  # type: ignore[misc]
    """Rules of the current tenant."""


class AutomationRule(TenantModel):
    """A rule. `trigger` is a key of `outreach.services.triggers`, `settings` say which (segment, outcome, ...).

    `condition` is a tree of the filter language that a person must match; `actions` are what is then done, in order,
    each {"act": ..., and what it needs} (`outreach.services.actions`).
    """

    name = models.CharField(max_length=120)
    trigger = models.CharField(max_length=24)
    settings = models.JSONField(default=dict, blank=True)
    condition = models.JSONField(default=dict, blank=True)
    actions = models.JSONField(default=list, blank=True)
    repeat_days = models.PositiveSmallIntegerField(
        "again after days",
        null=True,
        blank=True,
        validators=[MaxValueValidator(3650)],
        help_text="Empty: once a person.",
    )
    is_active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True, blank=True)
    walked_on = models.DateField(null=True, blank=True, help_text="The last day that a rule about days has looked at.")
    created_by = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[AutomationRuleManager] = AutomationRuleManager()

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="automation_rule_name_once")]
        indexes = [models.Index(fields=["tenant", "trigger"], name="automation_rule_by_trigger")]

    def __str__(self) -> str:
        return self.name


class RuleRunQuerySet(TenantQuerySet["RuleRun"]):
    """What rules did in the current tenant."""

    def of_people(self, rule: AutomationRule, people: list[UUID]) -> RuleRunQuerySet:
        return self.filter(rule=rule, candidate_id__in=people)

    def that_acted(self) -> RuleRunQuerySet:
        """Without those that only say why nothing was done."""
        return self.filter(acted=True)


class RuleRunManager(TenantManager.from_queryset(RuleRunQuerySet)):  # type: ignore[misc]
    """What rules did in the current tenant."""


class RuleRun(TenantModel):
    """What came of a cause, an event's key, for one person: what the rule did, or why it did not act.

    The same cause never counts twice.
    """

    rule = TenantForeignKey(AutomationRule, on_delete=models.CASCADE, related_name="runs")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    cause = models.UUIDField()
    ran_at = models.DateTimeField()
    acted = models.BooleanField(default=True)
    words = models.CharField(max_length=500, blank=True, help_text="What was done, what could not be, or why nothing.")

    objects: ClassVar[RuleRunManager] = RuleRunManager()

    class Meta(TenantModel.Meta):
        ordering = ["-ran_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "rule", "candidate", "cause"], name="rule_run_once")]
        indexes = [
            models.Index(fields=["tenant", "rule", "-id"], name="rule_run_newest"),
            models.Index(fields=["tenant", "candidate"], name="rule_run_by_person"),
            models.Index(fields=["tenant", "ran_at"], condition=Q(acted=False), name="rule_run_idle"),
        ]

    def __str__(self) -> str:
        return self.words


class RuleBacklog(TenantModel):
    """People of one cause whom a rule has still before it; `outreach.services.rule_backlogs` works through them.

    `event` is what happened, `since` the last day that a rule about days had looked at; without either, a colleague
    asked for those who were in its segment already.
    """

    rule = TenantForeignKey(AutomationRule, on_delete=models.CASCADE, related_name="backlogs")
    cause = models.UUIDField()
    event = models.UUIDField(null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    happened_at = models.DateTimeField()
    done_to = models.UUIDField(help_text="For whom it ran last, in the order of keys.")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "rule", "cause"], name="rule_backlog_once")]

    def __str__(self) -> str:
        return f"{self.rule_id}, {self.happened_at:%Y-%m-%d}"
