"""What an automation rule does: each action for all people of one event at a time, told in words for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import models

from crm import safe_http
from crm.actors import Actor
from crm.safe_hosts import RequestError
from crm.services import notifications
from outreach.choices import ExclusionReason, OnLeaving
from outreach.models import RuleRun, Sequence
from outreach.services import doing, last_spoken, leaving, not_now, sequences, webhooks
from outreach.services.steps import NotReady
from talent.models import Candidate, Segment

Settings = Mapping[str, Any]
Words = dict[UUID, str]
LEFT_MEANWHILE = "They have left the segment meanwhile."


class Act(models.TextChoices):
    """The actions, in the order in which the form offers them."""

    ENROL = "enrol", "Put them into a sequence"
    TAG = "tag", "Add a tag"
    UNTAG = "untag", "Take a tag away"
    POOL = "pool", "Put them into a pool"
    TASK = "task", "Give a colleague a task"
    NOTIFY = "notify", "Tell a colleague"
    WEBHOOK = "webhook", "Tell another system"
    REST = "rest", "Begin nothing with them for a while"


class SentBy(models.TextChoices):
    """Who writes to people that a rule puts into a sequence."""

    SEQUENCE = "", "Whoever sends the sequence"
    LAST_SPOKEN = "last_spoken", "The colleague who last spoke with them"


@dataclass(frozen=True)
class Occasion:
    """For whom a rule runs, when, in whose name, and what merge tags may say of it: {person: {tag: value}}.

    `runs` are the rows that keep what is done; `segment` is the one that they came into, where that is the cause.
    """

    people: Row[Candidate]
    now: datetime
    by: Actor
    facts: Mapping[UUID, Mapping[str, str]] = field(default_factory=dict)
    runs: Row[RuleRun] = ()
    segment: Segment | None = None


@dataclass(frozen=True)
class Done:
    """What came of an action: a sentence for each person, and for whom it came to nothing."""

    words: Words
    left_out: frozenset[UUID] = frozenset()


def _all(occasion: Occasion, words: str) -> Done:
    return Done({person.pk: words for person in occasion.people})


def _nobody(occasion: Occasion, words: str) -> Done:
    everybody = _all(occasion, words).words
    return Done(everybody, frozenset(everybody))


def _gone(sequence: Sequence, occasion: Occasion) -> set[UUID]:
    """Who is out of the segment again before it came to them, where the sequence is for those who are in it."""
    if occasion.segment is None or sequence.on_leaving == OnLeaving.CONTINUE:
        return set()
    people = [person.pk for person in occasion.people]
    return set(people).difference(pk for _, pk in leaving.inside([occasion.segment.pk], people))


def _enrol(settings: Settings, occasion: Occasion) -> Done:
    sequence = Sequence.objects.filter(pk=settings.get("sequence")).first()
    if sequence is None:
        return _nobody(occasion, "The sequence is gone.")
    gone = _gone(sequence, occasion)
    ids = [person.pk for person in occasion.people if person.pk not in gone]
    context = {pk: occasion.facts[pk] for pk in ids if occasion.facts.get(pk)}
    senders = last_spoken.of(ids) if settings.get("sent_by") == SentBy.LAST_SPOKEN else {}
    try:
        report = sequences.enrol(
            sequence=sequence,
            candidate_ids=ids,
            by=occasion.by,
            now=occasion.now,
            segment=occasion.segment,
            context=context,
            senders=senders,
        )
    except NotReady as error:
        return _nobody(occasion, f"Not put into “{sequence.name}”: {error}")
    words = dict.fromkeys(report.enrolled, f"Put into “{sequence.name}”.")
    left_out = {
        one.candidate_id: f"Left out of “{sequence.name}”: {ExclusionReason(one.reason).label}."
        for one in report.excluded
    } | dict.fromkeys(gone, f"Left out of “{sequence.name}”: {LEFT_MEANWHILE}")
    return Done(words | left_out, frozenset(left_out))


def _update(settings: Settings, occasion: Occasion) -> Done:
    return _all(occasion, doing.update(settings, occasion.people, occasion.now, occasion.by))


def _task(settings: Settings, occasion: Occasion) -> Done:
    given = doing.member_of(settings.get("member"))
    title, days = str(settings.get("words") or "Get in touch"), int(settings.get("days") or 0)
    for person in occasion.people:
        to = given or person.owner
        doing.give(title=title, candidate=person, to=to, days=days, by=occasion.by, now=occasion.now)
    return _all(occasion, "A colleague has a task.")


def _notify(settings: Settings, occasion: Occasion) -> Done:
    given = doing.member_of(settings.get("member"))
    for person in occasion.people:
        told = given or person.owner
        if told is not None:
            text = f"{person.name}: {settings.get('words') or occasion.by.label}"
            url = doing.profile(person.pk)
            notifications.tell(members=[told.pk], kind="automation", text=text, url=url, by=occasion.by)
    return _all(occasion, "A colleague was told.")


def _webhook(settings: Settings, occasion: Occasion) -> Done:
    names = {person.pk: person.name for person in occasion.people}
    webhooks.queue_for_rule(url=str(settings["url"]), runs=occasion.runs, names=names, now=occasion.now)
    return _all(occasion, f"{urlsplit(str(settings['url'])).hostname} is told.")


def _rest(settings: Settings, occasion: Occasion) -> Done:
    """As if a colleague had noted that they said: not now."""
    words = {}
    for person in occasion.people:
        rest = not_now.say(candidate=person, by=occasion.by, now=occasion.now)
        words[person.pk] = f"Nothing is begun with them before {rest.until:%-d %B %Y}."
    return Done(words)


_DO: dict[str, Callable[[Settings, Occasion], Done]] = {
    Act.ENROL: _enrol,
    Act.TAG: _update,
    Act.UNTAG: _update,
    Act.POOL: _update,
    Act.TASK: _task,
    Act.NOTIFY: _notify,
    Act.WEBHOOK: _webhook,
    Act.REST: _rest,
}


def perform(action: Settings, occasion: Occasion) -> Done:
    """Do one action for all people of the occasion."""
    act = _DO.get(str(action.get("act")))
    return act(action, occasion) if act else _nobody(occasion, "Nothing was done: the action is unknown.")


TAKES: dict[str, frozenset[str]] = {
    Act.ENROL: frozenset({"sequence", "sent_by"}),
    Act.TAG: frozenset({"tag"}),
    Act.UNTAG: frozenset({"tag"}),
    Act.POOL: frozenset({"pool"}),
    Act.TASK: frozenset({"words", "member", "days"}),
    Act.NOTIFY: frozenset({"words", "member"}),
    Act.WEBHOOK: frozenset({"url"}),
    Act.REST: frozenset(),
}


def wrong_with(action: Settings) -> str:
    """What keeps an action from being done, in a sentence; empty when nothing."""
    if action.get("act") != Act.WEBHOOK:
        return ""
    try:
        safe_http.check(str(action.get("url") or ""))
    except RequestError as error:
        return str(error)
    return ""
