"""Automation rules: written, turned on and off, told in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Count, Max, Q

from crm.actors import Actor
from crm.background import wake
from crm.models import Member
from crm.services import audit
from crm.tenancy.context import current_tenant_id
from outreach.choices import ReEntry, ReplyClass, SequenceStatus
from outreach.models import AutomationRule, RuleRun, Sequence
from outreach.services import actions, rule_people, rule_values, sequences, timed, triggers
from outreach.services.actions import Act
from outreach.services.steps import NotReady
from talent.choices_jobs import Outcome
from talent.filters import catalogue
from talent.filters.tree import RuleError
from talent.models import RecruitingEvent, Segment, TalentPool
from talent.services import segments

PAGE = 50
RUN_FOR_MEMBERS = "outreach.tasks.run_rule_for_members"


class NameTaken(ValueError):
    """Another rule has that name."""


@transaction.atomic
def save(*, rule: AutomationRule, values: dict[str, Any], by: Actor) -> AutomationRule:
    """Write a rule, new or changed; `values` maps its field names to values. Raises NameTaken."""
    is_new = rule._state.adding
    for name, value in values.items():
        setattr(rule, name, value)
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise NameTaken(f"There is an automation called “{rule.name}” already.") from error
    action = "automation.create" if is_new else "automation.change"
    audit.record(action=action, by=by, object_type="outreach.automationrule", object_id=rule.pk, fields=values.keys())
    return rule


def _sequences_of(rule: AutomationRule) -> list[Sequence]:
    keys = [action.get("sequence") for action in rule.actions if action.get("act") == Act.ENROL]
    return list(Sequence.objects.filter(pk__in=[key for key in keys if rule_values.is_key(key)]))


def _closed_to_those_who_come_again(rule: AutomationRule) -> list[str]:
    """It runs again for the same people, and a sequence of it lets nobody in a second time."""
    if rule.repeat_days is None:
        return []
    return [
        f"It runs again for the same people, but “{sequence.name}” never lets anybody in again: "
        "change that in the rules of the sequence, or run it once for each person."
        for sequence in _sequences_of(rule)
        if sequence.re_entry == ReEntry.NEVER
    ]


def problems(rule: AutomationRule) -> list[str]:
    """What keeps the rule from being turned on, or from doing what it says; empty: nothing."""
    found = [] if rule.actions else ["It does nothing yet: choose what is to be done."]
    wanted = [a.get("sequence") for a in rule.actions if a.get("act") == Act.ENROL]
    if len(_sequences_of(rule)) < len(set(wanted)):
        found.append("The sequence that it names is gone.")
    if rule.trigger not in triggers.TRIGGERS:
        found.append("What it waits for is no longer known.")
    if lacking := timed.missing(rule.trigger, rule.settings):
        found.append(lacking)
    found += [wrong for action in rule.actions if (wrong := actions.wrong_with(action))]
    found += _closed_to_those_who_come_again(rule)
    try:
        catalogue.load(rule.condition) if rule.condition else None
    except RuleError as error:
        found += [problem.said for problem in error.problems]
    return found


@transaction.atomic
def turn_on(*, rule: AutomationRule, by: Actor, now: datetime) -> AutomationRule:
    """Let it run for what happens from now on, and start the sequences that it puts people into. Raises NotReady."""
    if found := problems(rule):
        raise NotReady(found[0])
    AutomationRule.objects.locked(rule.pk)
    for sequence in _sequences_of(rule):
        if sequence.status != SequenceStatus.ACTIVE:
            sequences.activate(sequence=sequence, by=by, now=now)
    rule.is_active, rule.activated_at, rule.walked_on = True, now, None
    rule.save(update_fields=["is_active", "activated_at", "walked_on"])
    audit.record(action="automation.turn_on", by=by, object_type="outreach.automationrule", object_id=rule.pk)
    return rule


@transaction.atomic
def turn_off(*, rule: AutomationRule, by: Actor) -> AutomationRule:
    """Nothing more happens by it; whoever is in a sequence stays in."""
    rule.is_active = False
    rule.save(update_fields=["is_active"])
    audit.record(action="automation.turn_off", by=by, object_type="outreach.automationrule", object_id=rule.pk)
    return rule


def start_for_members(*, rule: AutomationRule, by: Actor) -> int:
    """Let it run, in the background, for those who are in its segment already; returns how many these are."""
    count = rule_people.members_now(rule).count()
    audit.record(
        action="automation.run",
        by=by,
        object_type="outreach.automationrule",
        object_id=rule.pk,
        facts={"people": count},
    )
    transaction.on_commit(lambda: wake(RUN_FOR_MEMBERS, "bulk", rule.tenant_id, rule.pk))
    return count


@transaction.atomic
def delete(*, rule: AutomationRule, by: Actor) -> None:
    audit.record(
        action="automation.delete",
        by=by,
        object_type="outreach.automationrule",
        object_id=rule.pk,
        facts={"name": rule.name},
    )
    rule.delete()


# --- in words


def _name(model: type[models.Model], key: Any) -> str:
    rows = model._default_manager.filter(pk=key) if rule_values.is_key(key) else model._default_manager.none()
    found = rows.values_list("name", flat=True).first()
    return f"“{found}”" if found else ""


def _date_words(settings: dict[str, Any]) -> str:
    label = dict(timed.date_fields()).get(str(settings.get("date_field")), "a date that is gone")
    days = timed.number(settings, "days", timed.MOST_DAYS)
    side = "before" if settings.get("side") == timed.EARLIER else "after"
    return f"reaches a date: {label}" if not days else f"is {days} days {side} a date: {label}"


_SAID_OF: dict[str, Callable[[dict[str, Any]], str]] = {
    "segment": lambda settings: _name(Segment, settings.get("segment")),
    "pool": lambda settings: _name(TalentPool, settings.get("pool")),
    "sequence": lambda settings: _name(Sequence, settings.get("sequence")),
    "recruiting_event": lambda settings: _name(RecruitingEvent, settings.get("recruiting_event")),
    "outcome": lambda settings: dict(Outcome.choices).get(str(settings.get("outcome")), ""),
    "reply_class": lambda settings: dict(ReplyClass.choices).get(str(settings.get("reply_class")), ""),
    "months": lambda settings: f"{settings.get('months')} months",
    "days": lambda settings: f"within {settings.get('days') or 0} days",
}


def when(rule: AutomationRule) -> str:
    """What it waits for, as the end of “When somebody …”."""
    trigger = triggers.TRIGGERS.get(rule.trigger)
    if trigger is None:
        return "does what is no longer known"
    if trigger.key == "date":
        return _date_words(rule.settings)
    asked = next((name for name in trigger.asks if name in _SAID_OF), "")
    which = _SAID_OF[asked](rule.settings) if asked else ""
    if stage := str(rule.settings.get("stage") or ""):
        which = f"{which}, to “{stage}”" if which else f"to “{stage}”"
    return f"{trigger.label}: {which}" if which else trigger.label


def _member_name(key: Any) -> str:
    here = Member.objects.of_tenant(current_tenant_id()).select_related("user")
    member = here.filter(pk=key).first() if rule_values.is_key(key) else None
    return member.user.display_name if member else "whoever owns the relationship"


def said(action: dict[str, Any]) -> str:
    """One action in words."""
    match action.get("act"):
        case Act.ENROL:
            by = ", written by the colleague who last spoke with them" if action.get("sent_by") else ""
            return f"put them into the sequence {_name(Sequence, action.get('sequence')) or 'that is gone'}{by}"
        case Act.TAG:
            return f"add the tag “{action.get('tag')}”"
        case Act.UNTAG:
            return f"take the tag “{action.get('tag')}” away"
        case Act.POOL:
            return f"put them into the pool {_name(TalentPool, action.get('pool')) or 'that is gone'}"
        case Act.TASK:
            return f"give {_member_name(action.get('member'))} a task: {action.get('words') or 'Get in touch'}"
        case Act.NOTIFY:
            return f"tell {_member_name(action.get('member'))}"
        case Act.REST:
            return "begin nothing with them for as long as the contact rules say"
        case Act.WEBHOOK:
            return f"tell another system at {action.get('url')}"
    return "do what is no longer known"


@dataclass(frozen=True)
class Named:
    """Something with a page of its own that a rule names: a `segment`, `pool`, `sequence` or `recruiting_event`."""

    kind: str
    pk: UUID
    name: str


_PAGES: dict[str, type[models.Model]] = {
    "segment": Segment,
    "pool": TalentPool,
    "sequence": Sequence,
    "recruiting_event": RecruitingEvent,
}


def named(rule: AutomationRule) -> list[Named]:
    """What can be opened to read what the rule would do: each once, in the order in which the rule names it."""
    places = [rule.settings, *rule.actions]
    held = [(kind, place.get(kind)) for place in places for kind in _PAGES]
    asked = dict.fromkeys((kind, str(key)) for kind, key in held if rule_values.is_key(key))
    found = []
    for kind, key in asked:
        row = _PAGES[kind]._default_manager.filter(pk=key).values_list("pk", "name").first()
        found += [Named(kind, *row)] if row else []
    return found


def condition_of(rule: AutomationRule, now: datetime) -> str:
    """The condition as a sentence; empty when everybody fits."""
    if not rule.condition or rule.condition in ({"all": []}, {"any": []}):
        return ""
    try:
        return segments.say(catalogue.load(rule.condition), now=now)
    except RuleError:
        return "The condition can no longer be read."


# --- lists


@dataclass(frozen=True)
class RuleRow:
    """One line of the list of rules."""

    rule: AutomationRule
    when: str
    then: str
    runs: int
    last: datetime | None


def rows() -> list[RuleRow]:
    """All rules with how often they did something."""
    acted = Q(runs__acted=True)
    counted = AutomationRule.objects.annotate(times=Count("runs", filter=acted), last=Max("runs__ran_at", filter=acted))
    return [RuleRow(r, when(r), "; ".join(map(said, r.actions)), r.times, r.last) for r in counted]


def runs_of(rule: AutomationRule, after: UUID | None = None) -> list[RuleRun]:
    """What it did and why it did not, the newest first, one more than a page."""
    found = RuleRun.objects.filter(rule=rule).select_related("candidate").order_by("-pk")
    return list(found.filter(pk__lt=after)[: PAGE + 1] if after else found[: PAGE + 1])
