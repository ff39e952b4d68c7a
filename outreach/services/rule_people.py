"""Whom an automation rule is about to run for: the people of an event, a segment, a day; and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from crm.models import Event
from outreach import events as kinds
from outreach.models import AutomationRule
from outreach.services import rule_values, timed
from talent import events as talent_events
from talent.filters.clock import here
from talent.models import FencedCandidate, Segment, SegmentMembership, Skill

Facts = Mapping[UUID, Mapping[str, str]]
SERVING = frozenset({kinds.CONTENT_PUBLISHED, talent_events.JOB_OPENED})


@dataclass(frozen=True)
class Cause:
    """Why a rule runs: the key counts once for each person. `now` is when it came about.

    `event` is what happened. Of a day that came, `since` is the last day that the rule had looked at. With neither, a
    colleague asked for those who are in the rule's segment: that may be asked again, so why nothing was done is told
    anew each time.
    """

    key: UUID
    now: datetime
    event: Event | None = None
    since: date | None = None

    @property
    def comes_again(self) -> bool:
        return self.event is None and self.since is None


def members_now(rule: AutomationRule) -> QuerySet[FencedCandidate]:
    """Who is in the segment that the rule waits for people to enter; nobody for any other rule."""
    segment = rule.settings.get("segment")
    if rule.trigger != "segment_entered" or not rule_values.is_key(segment):
        return FencedCandidate.objects.none()
    inside = SegmentMembership.objects.current().filter(segment_id=segment)
    return FencedCandidate.objects.filter(pk__in=inside.values("candidate"))


def segment_of(rule: AutomationRule, cause: Cause) -> Segment | None:
    """The segment that they came into, where that is why the rule runs for them."""
    if rule.trigger != "segment_entered":
        return None
    key = rule.settings.get("segment") or (cause.event.subject_id if cause.event else None)
    return Segment.objects.filter(pk=key).first() if key else None


def topics(event: Event) -> list[str]:
    return [str(topic) for topic in event.data.get("topics") or []]


def people(rule: AutomationRule, cause: Cause) -> QuerySet[FencedCandidate]:
    """All whom the cause is about, whether they match the rule's condition or not."""
    if cause.since is not None:
        clock = here(cause.now)
        return timed.people(rule, cause.since, clock.today, clock)
    if cause.event is None:
        return members_now(rule)
    if cause.event.kind in SERVING:  # a published item or a job serves people by their skills
        return FencedCandidate.objects.filter(skill_keys__overlap=topics(cause.event))
    return FencedCandidate.objects.filter(pk=cause.event.candidate_id)


def facts(cause: Cause, ids: list[UUID]) -> Facts:
    """{person: {merge tag: value}}: what may be said of the cause to each of these."""
    event = cause.event
    if event is None:
        return {}
    title = str(event.data.get("title", ""))
    if event.kind == kinds.ASSET_DOWNLOADED:
        return {pk: {"content_title": title, "downloaded_title": title} for pk in ids if title}
    return _served(event, title, ids) if event.kind in SERVING else {}


def _served(event: Event, title: str, ids: list[UUID]) -> Facts:
    """What is published, and the skill that made it fit each of them."""
    wanted = topics(event)
    names = dict(Skill.objects.filter(key__in=wanted).values_list("key", "name"))
    same = {"content_title": title, "content_link": str(event.data.get("link", ""))}
    found = {}
    for person, skills in FencedCandidate.objects.filter(pk__in=ids).values_list("pk", "skill_keys"):
        matched = next((topic for topic in wanted if topic in skills), "")
        found[person] = {**same, "matched_skill": names.get(matched, matched)}
    return found
