"""What people want to get: topics, how often, a pause. Their own word, or noted by a colleague."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from crm import events, together
from crm.actors import Actor
from crm.services import audit
from crm.together import Asked
from outreach.choices import Frequency
from outreach.models import MailFrequency, Topic, TopicOptOut
from outreach.services import topics
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, ContactBan, ContactPoint
from talent.services import contact, preferences

LONGEST_PAUSE = timedelta(days=731)


class NotAPause(ValueError):
    """That day cannot end a pause; the message says why."""


@dataclass(frozen=True)
class Wanted:
    """Topics that are off, by key; days between two mails, 0: as it comes; nothing before a day, None: no pause."""

    off: frozenset[UUID] = frozenset()
    days: int = Frequency.ANY
    paused_until: date | None = None


@together.planned
def off_of(candidate_id: UUID) -> Asked[TopicOptOut]:
    """The topics that somebody turned off."""
    rows = TopicOptOut.objects.filter(candidate_id=candidate_id).select_related("topic")
    return rows.order_by("topic__position", "pk")


@together.planned
def days_of(candidate_id: UUID) -> Asked[MailFrequency]:
    """How often somebody wants to hear from us, if they said so."""
    return MailFrequency.objects.filter(candidate_id=candidate_id)


@dataclass(frozen=True)
class Choice:
    """One topic, and whether it is on for somebody."""

    topic: Topic
    is_on: bool


def of(candidate: Candidate) -> Wanted:
    """What somebody said; everything, as it comes, where they said nothing."""
    off = TopicOptOut.objects.filter(candidate=candidate).values_list("topic_id", flat=True)
    days = MailFrequency.objects.filter(candidate=candidate).values_list("days", flat=True).first()
    return Wanted(frozenset(off), days or Frequency.ANY, preferences.of(candidate).paused_until)


def choices(candidate: Candidate) -> list[Choice]:
    """The workspace's topics as they stand for somebody."""
    off = of(candidate).off
    return [Choice(topic, topic.pk not in off) for topic in topics.in_use()]


def _put_topics(candidate: Candidate, off: frozenset[UUID]) -> None:
    rows = TopicOptOut.objects.filter(candidate=candidate)
    rows.exclude(topic__in=off).delete()
    fresh = [TopicOptOut(candidate=candidate, topic_id=key) for key in sorted(off)]
    TopicOptOut.objects.bulk_create(fresh, ignore_conflicts=True)


def _put_days(candidate: Candidate, days: int) -> None:
    if days:
        MailFrequency.objects.update_or_create(candidate=candidate, defaults={"days": days})
    else:
        MailFrequency.objects.filter(candidate=candidate).delete()


@transaction.atomic
def put(*, candidate: Candidate, wanted: Wanted, by: Actor, now: datetime, today: date) -> list[str]:
    """Keep all of this; returns the names of what changed. Planned mails are held against it when they are due.

    Raises NotAPause for a day that is over, or more than two years away.
    """
    before = of(candidate)
    until = wanted.paused_until
    if until is not None and until != before.paused_until and not today < until <= today + LONGEST_PAUSE:
        raise NotAPause("Choose a day to come, within two years.")
    names = ("off", "days", "paused_until")
    changed = [name for name in names if getattr(before, name) != getattr(wanted, name)]
    if not changed:
        return []
    _put_topics(candidate, wanted.off)
    _put_days(candidate, wanted.days)
    wishes = preferences.of(candidate)
    preferences.put(candidate=candidate, wishes=replace(wishes, paused_until=until), by=by, now=now)
    events.publish(CANDIDATE_CHANGED, candidate=candidate.pk, occurred_at=now, actor=by, data={"fields": ["topics"]})
    audit.record(
        action="mail_preferences.change",
        by=by,
        object_type="talent.candidate",
        object_id=candidate.pk,
        fields=["topics" if name == "off" else name for name in changed],
    )
    return changed


@transaction.atomic
def switch(*, candidate: Candidate, topic: Topic, is_on: bool, by: Actor, now: datetime) -> bool:
    """Turn one topic on or off and leave the others as they are; False where it stood like that."""
    rows = TopicOptOut.objects.filter(candidate=candidate, topic=topic)
    if is_on:
        is_news = bool(rows.delete()[0])
    else:
        is_news = TopicOptOut.objects.get_or_create(candidate=candidate, topic=topic)[1]
    if is_news:
        events.publish(
            CANDIDATE_CHANGED, candidate=candidate.pk, occurred_at=now, actor=by, data={"fields": ["topics"]}
        )
        audit.record(
            action="mail_preferences.change",
            by=by,
            object_type="talent.candidate",
            object_id=candidate.pk,
            fields=["topics"],
        )
    return is_news


def is_off(candidate: Candidate, topic: Topic | None) -> bool:
    """Whether they turned this topic off."""
    return topic is not None and TopicOptOut.objects.filter(candidate=candidate, topic=topic).exists()


def masked(address: str) -> str:
    """An address as a page behind a link shows it: enough to know one's own, not enough to learn another's."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}" if domain else "…"


def addresses(candidate: Candidate) -> list[str]:
    """All mail addresses that we have of somebody, masked; what they choose holds for every one of them."""
    rows = ContactPoint.objects.emails().filter(candidate=candidate).order_by("-is_primary", "created_at")
    return [masked(value) for value in rows.values_list("value", flat=True)]


def said_stop(candidate: Candidate, now: datetime) -> bool:
    """Whether they themselves asked for nothing more, for good."""
    rows = ContactBan.objects.in_force(now).on_everything().filter(candidate=candidate, until=None)
    return rows.filter(reason__in=list(contact.OWN_WORD)).exists()


def is_stopped(candidate: Candidate, now: datetime) -> bool:
    """Whether nothing at all is sent to them by plan."""
    return ContactBan.objects.in_force(now).against_mail().filter(candidate=candidate).exists()
