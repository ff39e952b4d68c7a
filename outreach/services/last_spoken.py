"""Who of the team last really spoke with people, when that was, and about what."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import Truncator

from crm.models import Member
from crm.tenancy.context import current_tenant_id
from outreach.choices import MessageEventKind
from outreach.models import MessageEvent
from talent.choices import Channel
from talent.filters.clock import here
from talent.models import Candidate

LONGEST_TOPIC = 80
SAME_TALK = timedelta(days=1)  # an answer that old, against the last word both ways, was that conversation
ANSWERS = re.compile(r"^(?:\s*(?:re|aw|antw|sv|tr|rif|fwd?|wg)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Conversation:
    """The last words both ways with one person: the day by the workspace's clock, and the topic, "" if unknown."""

    on: date
    topic: str = ""


def _answers(people: Collection[UUID]) -> QuerySet[MessageEvent]:
    """Their replies to messages of ours, the oldest first."""
    found = MessageEvent.objects.filter(message__candidate_id__in=people, kind=MessageEventKind.REPLIED)
    return found.order_by("occurred_at")


def colleagues(people: Sequence[Candidate]) -> dict[UUID, list[Member]]:
    """{person: colleagues who know them}: those whose mails they answered, the last one first, then the owner."""
    answered = _answers([one.pk for one in people]).filter(message__sender__isnull=False)
    keys: dict[UUID, list[UUID]] = {one.pk: [one.owner_id] if one.owner_id else [] for one in people}
    for person, sender in answered.values_list("message__candidate_id", "message__sender_id"):
        keys[person] = [sender, *(key for key in keys[person] if key != sender)]
    team = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True)
    members = {member.pk: member for member in team.filter(pk__in={key for row in keys.values() for key in row})}
    return {person: [members[key] for key in row if key in members] for person, row in keys.items()}


def of(people: Collection[UUID]) -> dict[UUID, Member]:
    """{person: the sender of the mail they answered last, else who owns the relationship}; the others are left out."""
    rows = list(Candidate.objects.filter(pk__in=people).only("pk", "owner_id"))
    return {person: known[0] for person, known in colleagues(rows).items() if known}


def topic_of(subject: str) -> str:
    """What a subject names, without the marks of answers; cut to LONGEST_TOPIC."""
    return Truncator(ANSWERS.sub("", subject).strip()).chars(LONGEST_TOPIC)


def conversations(people: Sequence[Candidate], now: datetime) -> dict[UUID, Conversation]:
    """{person: the last conversation}, of those with whom words went both ways.

    Its topic is the subject of the mail that they answered, where that answer was the last word; calls have none.
    """
    spoken = {one.pk: one.last_two_way_at for one in people if one.last_two_way_at is not None}
    if not spoken:
        return {}
    mails = _answers(spoken).filter(message__channel=Channel.EMAIL)
    rows = mails.values_list("message__candidate_id", "occurred_at", "message__subject")
    topics = {person: topic_of(subject) for person, at, subject in rows if at >= spoken[person] - SAME_TALK}
    zone = here(now).zone
    return {person: Conversation(at.astimezone(zone).date(), topics.get(person, "")) for person, at in spoken.items()}
