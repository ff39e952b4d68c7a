"""Runs an automation rule for some people of a cause: who fits, who had it already, and what is then done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from crm.actors import Actor
from crm.tenancy.many import among
from crm.viewing import seen_by_nobody
from outreach.models import AutomationRule, RuleRun
from outreach.services import actions, rule_people
from outreach.services.actions import Occasion
from outreach.services.rule_people import Cause, Facts
from talent import events as talent_events
from talent.filters import catalogue
from talent.filters.clock import here
from talent.filters.compile import where
from talent.filters.tree import RuleError
from talent.models import Candidate, FencedCandidate

CHAIN = timedelta(hours=1)
# What actions of rules bring about, directly or through the rule of a segment.
BROUGHT_ABOUT = frozenset({talent_events.SEGMENT_ENTERED, talent_events.SEGMENT_LEFT, talent_events.POOL_JOINED})

NO_FIT = "Nothing was done: they do not match the condition."
OWN_DOING = "Nothing was done: it came of this automation itself, which would go round in a circle."
TURNED_OFF = "Nothing was done: the automation was turned off before it came to them."


def fitting(rule: AutomationRule, people: list[UUID], now: datetime) -> list[UUID]:
    """Those of `people` who match the rule's condition; nobody when it can no longer be read."""
    if not rule.condition:
        return people
    try:
        condition = catalogue.load(rule.condition)
    except RuleError:
        return []
    with seen_by_nobody():  # what only some may see has no say in what happens to people
        found = FencedCandidate.objects.filter(among("pk", people)).filter(where(condition, here(now)))
        return list(found.values_list("pk", flat=True))


def had_it(rule: AutomationRule, people: list[UUID], now: datetime) -> dict[UUID, datetime]:
    """For whom the rule ran already, and when, as far as that keeps it from running again."""
    runs = RuleRun.objects.of_people(rule, people).that_acted()
    if rule.repeat_days is not None:
        runs = runs.filter(ran_at__gt=now - timedelta(days=rule.repeat_days))
    return dict(runs.order_by().values_list("candidate_id").annotate(Max("ran_at")))


def _in_a_circle(rule: AutomationRule, people: list[UUID], cause: Cause) -> Collection[UUID]:
    """For whom this rule brought the event about: by its own hand, or within the hour through other rules."""
    event = cause.event
    if event is None or event.actor_kind != "system":
        return []
    if event.actor_id == rule.pk:
        return people
    if event.kind not in BROUGHT_ABOUT:
        return []
    lately = RuleRun.objects.of_people(rule, people).that_acted().exclude(cause=cause.key)
    return set(lately.filter(ran_at__gt=cause.now - CHAIN).values_list("candidate_id", flat=True))


def _refused(rule: AutomationRule, people: list[UUID], cause: Cause, now: datetime) -> dict[UUID, str]:
    """{person: why the rule does nothing for them}."""
    fits = fitting(rule, people, now)
    found = dict.fromkeys(set(people).difference(fits), NO_FIT)
    zone = here(now).zone
    for person, at in had_it(rule, fits, now).items():
        again = "" if rule.repeat_days is None else f", and may again {rule.repeat_days} days after that"
        found[person] = f"Nothing was done: it ran for them on {at.astimezone(zone):%-d %B %Y} already{again}."
    return found | dict.fromkeys(_in_a_circle(rule, fits, cause), OWN_DOING)


def _claim(
    rule: AutomationRule, words: Mapping[UUID, str], cause: Cause, now: datetime, *, acted: bool
) -> list[RuleRun]:
    """The runs that are ours: a cause counts once for a person."""
    rows = [
        RuleRun(rule=rule, candidate_id=person, cause=cause.key, ran_at=now, acted=acted, words=said)
        for person, said in words.items()
    ]
    RuleRun.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    made = {row.pk for row in rows}
    return list(RuleRun.objects.of_people(rule, list(words)).filter(cause=cause.key, pk__in=made))


def actor_of(rule: AutomationRule) -> Actor:
    return Actor("system", rule.pk, f"Automation “{rule.name}”")


@transaction.atomic
def run(rule: AutomationRule, *, cause: Cause, people: list[UUID], facts: Facts, now: datetime) -> int:
    """Run one rule for these people of a cause; returns for how many it did something.

    Each of them has a run, which keeps in words what was done, or why nothing. Who was left out of all of it did not
    have it: the rule may run for them at the next cause, whatever its days.
    """
    if cause.comes_again:
        RuleRun.objects.of_people(rule, people).filter(cause=cause.key, acted=False).delete()
    refused = _refused(rule, people, cause, now)
    runs = _claim(rule, {person: "" for person in people if person not in refused}, cause, now, acted=True)
    _claim(rule, refused, cause, now, acted=False)
    if not runs:
        return 0
    _act(rule, runs, cause, facts, now)
    RuleRun.objects.bulk_update(runs, ["words", "acted"], batch_size=500)
    return sum(one.acted for one in runs)


def tell_turned_off(rule: AutomationRule, *, cause: Cause, people: list[UUID], now: datetime) -> None:
    """It was turned off before it came to these people of a cause: each has a run that says so."""
    _claim(rule, dict.fromkeys(people, TURNED_OFF), cause, now, acted=False)


def _act(rule: AutomationRule, runs: list[RuleRun], cause: Cause, facts: Facts, now: datetime) -> None:
    """Do what the rule says, and put what came of it into the words of the runs."""
    for one in runs:
        one.rule = rule
    chosen = Candidate.objects.select_related("owner").in_bulk([one.candidate_id for one in runs])
    segment = rule_people.segment_of(rule, cause)
    occasion = Occasion(list(chosen.values()), now, actor_of(rule), facts, runs, segment)
    said: dict[UUID, list[str]] = defaultdict(list)
    had: set[UUID] = set()
    for action in rule.actions:
        done = actions.perform(action, occasion)
        had |= done.words.keys() - done.left_out
        for person, words in done.words.items():
            said[person].append(words)
    for one in runs:
        one.words, one.acted = " ".join(said[one.candidate_id])[:500], one.candidate_id in had
