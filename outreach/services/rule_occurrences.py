"""What a rule waits for, as it happened in the last days: to whom, the latest first, and no more than can be read.

Events of a kind are read off the index `event_by_kind`, so the log may be as long as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from uuid import UUID

from crm.models import Event
from outreach.models import AutomationRule
from outreach.services import rule_people, timed
from outreach.services.triggers import TRIGGERS
from talent.filters.clock import here
from talent.models import FencedCandidate

DAYS = 30
MOST_EVENTS = 20_000
MOST_PEOPLE = 10_000
READ = ("kind", "candidate_id", "occurred_at", "subject_id", "data", "actor_kind", "actor_id")


@dataclass(frozen=True)
class Occurrences:
    """`people` maps each to when it last happened to them, the latest first; None: it is a day, not an event.

    `since` is how far back was looked: not all DAYS where there was too much of it, or of people, to read.
    """

    people: dict[UUID, datetime | None]
    times: int
    since: datetime
    is_cut: bool = False


def lately(rule: AutomationRule, now: datetime) -> Occurrences:
    """What the rule would have been set going by, had it been on."""
    since = now - timedelta(days=DAYS)
    trigger = TRIGGERS.get(rule.trigger)
    if trigger is None:
        return Occurrences({}, 0, since)
    if trigger.is_of_days:
        return _days(rule, since, now)
    read = list(islice(_latest(trigger.kinds, since, now), MOST_EVENTS + 1))
    is_cut = len(read) > MOST_EVENTS
    since = read[MOST_EVENTS - 1].occurred_at if is_cut else since
    meant = [one for one in read[:MOST_EVENTS] if trigger.fits(one, rule.settings) and not _is_own(rule, one)]
    served = [one for one in meant if one.kind in rule_people.SERVING]
    if served:
        return _served(served, since, is_cut)
    return _cut({}, [(one.candidate_id, one.occurred_at) for one in meant if one.candidate_id], since, is_cut)


def _latest(kinds: frozenset[str], since: datetime, now: datetime) -> Iterator[Event]:
    """Each kind is a walk along the index, and the walks are merged: no kind is sorted with another."""
    log = Event.objects.filter(occurred_at__gte=since, occurred_at__lte=now).order_by("-occurred_at").only(*READ)
    walks = [log.filter(kind=kind)[: MOST_EVENTS + 1] for kind in sorted(kinds)]
    return merge(*walks, key=lambda event: event.occurred_at, reverse=True)


def _is_own(rule: AutomationRule, event: Event) -> bool:
    return event.actor_kind == "system" and event.actor_id == rule.pk


def _cut(
    found: dict[UUID, datetime | None], happened: list[tuple[UUID, datetime]], since: datetime, is_cut: bool
) -> Occurrences:
    for times, (person, at) in enumerate(happened):
        if person not in found and len(found) == MOST_PEOPLE:
            return Occurrences(found, times, happened[times - 1][1], is_cut=True)
        found.setdefault(person, at)
    return Occurrences(found, len(happened), since, is_cut)


def _served(events: list[Event], since: datetime, is_cut: bool) -> Occurrences:
    """Whoever has a skill of what was published or opened."""
    last: dict[str, datetime] = {}
    for event in events:
        for topic in rule_people.topics(event):
            last.setdefault(topic, event.occurred_at)
    people = FencedCandidate.objects.filter(skill_keys__overlap=list(last)).order_by()
    rows = list(people.values_list("pk", "skill_keys")[: MOST_PEOPLE + 1])
    found = {pk: max(last[skill] for skill in skills if skill in last) for pk, skills in rows[:MOST_PEOPLE]}
    ordered = sorted(found.items(), key=lambda one: one[1], reverse=True)
    return Occurrences(dict(ordered), len(events), since, is_cut or len(rows) > MOST_PEOPLE)


def _days(rule: AutomationRule, since: datetime, now: datetime) -> Occurrences:
    clock = here(now)
    people = timed.people(rule, clock.today - timedelta(days=DAYS), clock.today, clock)
    keys = list(people.order_by().values_list("pk", flat=True)[: MOST_PEOPLE + 1])
    return Occurrences(dict.fromkeys(keys[:MOST_PEOPLE]), len(keys[:MOST_PEOPLE]), since, len(keys) > MOST_PEOPLE)
