"""Runs automation rules when something happened: who is meant, who fits, who had it already, and what is then done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from crm.actors import Actor
from crm.models import Event
from crm.viewing import seen_by_nobody
from outreach import events as kinds
from outreach.models import AutomationRule, RuleRun
from outreach.services import actions, triggers
from outreach.services.actions import Occasion
from talent import events as talent_events
from talent.filters import catalogue
from talent.filters.clock import here
from talent.filters.compile import where
from talent.filters.tree import RuleError
from talent.models import Candidate, FencedCandidate, SegmentMembership, Skill

MOST_SERVED = 5000  # people whom one published item reaches by one rule
MOST_TOLD = 500  # people of whom one cause keeps why nothing was done
CHAIN = timedelta(hours=1)
SERVING = frozenset({kinds.CONTENT_PUBLISHED, talent_events.JOB_OPENED})
# What actions of rules bring about, directly or through the rule of a segment.
BROUGHT_ABOUT = frozenset({talent_events.SEGMENT_ENTERED, talent_events.SEGMENT_LEFT, talent_events.POOL_JOINED})

NO_FIT = "Nothing was done: they do not match the condition."
OWN_DOING = "Nothing was done: it came of this automation itself, which would go round in a circle."


@dataclass(frozen=True)
class Cause:
    """Why a rule runs: the key counts once for each person. `event` is what happened, None where a day came.

    Where `tells` is false, nothing is kept of those for whom nothing is done: they may fit at a later call.
    """

    key: UUID
    now: datetime
    event: Event | None = None
    tells: bool = True


def _fitting(rule: AutomationRule, people: QuerySet[FencedCandidate], now: datetime) -> QuerySet[FencedCandidate]:
    """Those of `people` who match the rule's condition; nobody when it can no longer be read."""
    if not rule.condition:
        return people
    try:
        condition = catalogue.load(rule.condition)
    except RuleError:
        return people.none()
    with seen_by_nobody():  # what only some may see has no say in what happens to people
        return people.filter(where(condition, here(now)))


def _had_it(rule: AutomationRule, people: list[UUID], now: datetime) -> dict[UUID, datetime]:
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


def _refused(
    rule: AutomationRule, people: QuerySet[FencedCandidate], fitting: list[UUID], cause: Cause
) -> dict[UUID, str]:
    """{person: why the rule does nothing for them}."""
    others = people.exclude(pk__in=fitting) if rule.condition else people.none()
    found: dict[UUID, str] = dict.fromkeys(others.values_list("pk", flat=True)[:MOST_TOLD], NO_FIT)
    zone = here(cause.now).zone
    for person, at in _had_it(rule, fitting, cause.now).items():
        again = "" if rule.repeat_days is None else f", and may again {rule.repeat_days} days after that"
        found[person] = f"Nothing was done: it ran for them on {at.astimezone(zone):%-d %B %Y} already{again}."
    return found | dict.fromkeys(_in_a_circle(rule, fitting, cause), OWN_DOING)


def _claim(rule: AutomationRule, words: Mapping[UUID, str], cause: Cause, *, acted: bool) -> list[RuleRun]:
    """The runs that are ours: a cause counts once for a person."""
    rows = [
        RuleRun(rule=rule, candidate_id=person, cause=cause.key, ran_at=cause.now, acted=acted, words=said)
        for person, said in words.items()
    ]
    RuleRun.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    made = {row.pk for row in rows}
    return list(RuleRun.objects.of_people(rule, list(words)).filter(cause=cause.key, pk__in=made))


def actor_of(rule: AutomationRule) -> Actor:
    return Actor("system", rule.pk, f"Automation “{rule.name}”")


@transaction.atomic
def run(
    rule: AutomationRule,
    *,
    cause: Cause,
    people: QuerySet[FencedCandidate],
    facts: Mapping[UUID, Mapping[str, str]],
) -> int:
    """Run one rule for one cause; returns for how many people it did something.

    Each run keeps in words what was done, or why not. Who was left out of all of it did not have it: the rule may run
    for them at the next cause, whatever its days.
    """
    fitting = list(_fitting(rule, people, cause.now).values_list("pk", flat=True)[:MOST_SERVED])
    refused = _refused(rule, people, fitting, cause)
    runs = _claim(rule, {person: "" for person in fitting if person not in refused}, cause, acted=True)
    if cause.tells:
        _claim(rule, refused, cause, acted=False)
    if not runs:
        return 0
    _act(rule, runs, cause, facts)
    RuleRun.objects.bulk_update(runs, ["words", "acted"], batch_size=500)
    return sum(one.acted for one in runs)


def _act(rule: AutomationRule, runs: list[RuleRun], cause: Cause, facts: Mapping[UUID, Mapping[str, str]]) -> None:
    """Do what the rule says, and put what came of it into the words of the runs."""
    for one in runs:
        one.rule = rule
    chosen = Candidate.objects.select_related("owner").in_bulk([one.candidate_id for one in runs])
    occasion = Occasion(list(chosen.values()), cause.now, actor_of(rule), facts, runs)
    said: dict[UUID, list[str]] = defaultdict(list)
    had: set[UUID] = set()
    for action in rule.actions:
        done = actions.perform(action, occasion)
        had |= done.words.keys() - done.left_out
        for person, words in done.words.items():
            said[person].append(words)
    for one in runs:
        one.words, one.acted = " ".join(said[one.candidate_id])[:500], one.candidate_id in had


def _served(event: Event) -> tuple[QuerySet[FencedCandidate], dict[UUID, dict[str, str]]]:
    """Whom a published item or a job serves, by their skills, and what is said to each: the skill that made it fit."""
    topics = [str(topic) for topic in event.data.get("topics") or []]
    people = FencedCandidate.objects.filter(skill_keys__overlap=topics) if topics else FencedCandidate.objects.none()
    names = dict(Skill.objects.filter(key__in=topics).values_list("key", "name"))
    same = {"content_title": str(event.data.get("title", "")), "content_link": str(event.data.get("link", ""))}
    facts = {}
    for person, skills in people.values_list("pk", "skill_keys")[:MOST_SERVED]:
        matched = next(topic for topic in topics if topic in skills)
        facts[person] = {**same, "matched_skill": names.get(matched, matched)}
    return people, facts


def _about(event: Event) -> tuple[QuerySet[FencedCandidate], dict[UUID, dict[str, str]]]:
    """The people an event is about, and what merge tags may say of it."""
    if event.kind in SERVING:
        return _served(event)
    people = FencedCandidate.objects.filter(pk=event.candidate_id)
    title = str(event.data.get("title", "")) if event.kind == kinds.ASSET_DOWNLOADED else ""
    facts = {event.candidate_id: {"content_title": title}} if title and event.candidate_id else {}
    return people, facts


def react(events: Row[Event]) -> int:
    """Something happened: run every rule that waits for it; returns how often one ran for somebody."""
    wanted = {key for event in events for key in triggers.of_kind(event.kind)}
    rules = list(AutomationRule.objects.waiting_for(wanted))
    done = 0
    for event in events:
        keys = triggers.of_kind(event.kind)
        waiting = [r for r in rules if r.trigger in keys and _is_meant(r, event)]
        if waiting:
            people, facts = _about(event)
            same: dict[str, Any] = {
                "cause": Cause(event.pk, event.occurred_at, event),
                "people": people,
                "facts": facts,
            }
            done += sum(run(rule, **same) for rule in waiting)
    return done


def _is_meant(rule: AutomationRule, event: Event) -> bool:
    """The event came after the rule was turned on, and is what its settings mean."""
    is_fresh = rule.activated_at is not None and event.occurred_at >= rule.activated_at
    return is_fresh and triggers.TRIGGERS[rule.trigger].fits(event, rule.settings)


def members_now(rule: AutomationRule) -> QuerySet[FencedCandidate]:
    """Who is in the segment that the rule waits for people to enter; nobody for any other rule."""
    if rule.trigger != "segment_entered":
        return FencedCandidate.objects.none()
    inside = SegmentMembership.objects.current().filter(segment_id=rule.settings.get("segment"))
    return FencedCandidate.objects.filter(pk__in=inside.values("candidate"))


def run_for_members(*, rule: AutomationRule, now: datetime) -> int:
    """Run the rule for those who are in its segment already, MOST_SERVED at most; returns for how many.

    Their cause is the rule itself: a second call finds only who came since, and had not run.
    """
    cause = Cause(rule.pk, now, tells=False)
    return run(rule, cause=cause, people=members_now(rule), facts={}) if rule.is_active else 0
