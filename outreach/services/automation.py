"""Runs automation rules when something happened: who is meant, who fits, who had it already, and what is then done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm.actors import Actor
from crm.models import Event
from crm.viewing import seen_by_nobody
from outreach import events as kinds
from outreach.models import AutomationRule, RuleRun
from outreach.services import actions, triggers
from outreach.services.actions import Occasion
from talent.filters import catalogue
from talent.filters.clock import here
from talent.filters.compile import where
from talent.filters.tree import RuleError
from talent.models import Candidate, FencedCandidate, SegmentMembership, Skill

MOST_SERVED = 5000  # people whom one published item reaches by one rule


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


def _had_it(rule: AutomationRule, people: list[UUID], now: datetime) -> set[UUID]:
    """For whom the rule ran already, as far as that keeps it from running again."""
    runs = RuleRun.objects.of_people(rule, people)
    if rule.repeat_days is not None:
        runs = runs.filter(ran_at__gt=now - timedelta(days=rule.repeat_days))
    return set(runs.values_list("candidate_id", flat=True))


def _claim(rule: AutomationRule, people: Iterable[UUID], cause: UUID, now: datetime) -> list[RuleRun]:
    """The runs that are ours: a cause counts once for a person."""
    wanted = list(people)
    rows = [RuleRun(rule=rule, candidate_id=person, cause=cause, ran_at=now) for person in wanted]
    RuleRun.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    made = {row.pk for row in rows}
    return list(RuleRun.objects.of_people(rule, wanted).filter(cause=cause, pk__in=made))


def actor_of(rule: AutomationRule) -> Actor:
    return Actor("system", None, f"Automation “{rule.name}”")


@transaction.atomic
def run(
    rule: AutomationRule,
    *,
    cause: UUID,
    now: datetime,
    people: QuerySet[FencedCandidate],
    facts: Mapping[UUID, Mapping[str, str]],
) -> int:
    """Run one rule for one cause; returns for how many people. Each run keeps in words what was done."""
    fitting = list(_fitting(rule, people, now).values_list("pk", flat=True)[:MOST_SERVED])
    had = _had_it(rule, fitting, now)
    runs = _claim(rule, [person for person in fitting if person not in had], cause, now)
    if not runs:
        return 0
    chosen = Candidate.objects.select_related("owner").in_bulk([one.candidate_id for one in runs])
    occasion = Occasion(list(chosen.values()), now, actor_of(rule), facts)
    said: dict[UUID, list[str]] = defaultdict(list)
    for action in rule.actions:
        for person, words in actions.perform(action, occasion).items():
            said[person].append(words)
    for one in runs:
        one.words = " ".join(said[one.candidate_id])[:500]
    RuleRun.objects.bulk_update(runs, ["words"], batch_size=500)
    return len(runs)


def _served(event: Event) -> tuple[QuerySet[FencedCandidate], dict[UUID, dict[str, str]]]:
    """Whom a published item serves, by their skills, and what is said of it to each: the skill that made it fit."""
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
    if event.kind == kinds.CONTENT_PUBLISHED:
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
            same: dict[str, Any] = {"cause": event.pk, "now": event.occurred_at, "people": people, "facts": facts}
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
    return run(rule, cause=rule.pk, now=now, people=members_now(rule), facts={}) if rule.is_active else 0
