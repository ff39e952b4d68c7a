"""Who of the team last really spoke with people, when that was, and about what."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import Truncator

from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import among
from outreach.choices import MessageEventKind
from outreach.models import MessageEvent
from talent.choices import Channel
from talent.filters.clock import here
from talent.models import Candidate, Note, Touchpoint

LONGEST_TOPIC = 80
SAME_TALK = timedelta(days=1)  # an answer that old, against the last word both ways, was that conversation
ANSWERS = re.compile(r"^(?:\s*(?:re|aw|antw|sv|tr|rif|fwd?|wg)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Conversation:
    """The last words both ways with one person: the day by the workspace's clock, and the topic, "" if unknown."""

    on: date
    topic: str = ""


def _answers(people: Collection[UUID]) -> QuerySet[MessageEvent]:
    """Their replies to messages of ours, in no order."""
    return MessageEvent.objects.filter(among("message__candidate", people), kind=MessageEventKind.REPLIED).order_by()


def _spoken(people: Collection[UUID]) -> Iterator[tuple[datetime, UUID, UUID]]:
    """(when, person, colleague) of mails that they answered, of calls and meetings."""
    answered = _answers(people).filter(message__sender__isnull=False)
    yield from answered.values_list("occurred_at", "message__candidate_id", "message__sender_id")
    spoke = Touchpoint.objects.two_way().filter(among("candidate", people), member__isnull=False)
    yield from spoke.order_by().values_list("occurred_at", "candidate_id", "member_id")


def _last_first(people: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """{person: colleagues who spoke with them, each once, the last one first}."""
    found: dict[UUID, dict[UUID, None]] = {}
    for _, person, colleague in sorted(_spoken(people), key=lambda one: one[0], reverse=True):
        found.setdefault(person, {})[colleague] = None
    return {person: list(colleagues) for person, colleagues in found.items()}


def _team() -> dict[UUID, Member]:
    """Who is here now, by key."""
    here = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True).select_related("user")
    return {member.pk: member for member in here}


def colleagues(people: Sequence[Candidate]) -> dict[UUID, list[Member]]:
    """{person: colleagues who know them}: those who spoke with them, the last one first, then the owner."""
    spoke, members = _last_first([one.pk for one in people]), _team()
    keys = {one.pk: dict.fromkeys([*spoke.get(one.pk, ()), one.owner_id]) for one in people}
    return {person: [members[key] for key in row if key in members] for person, row in keys.items()}


def of(people: Collection[UUID]) -> dict[UUID, Member]:
    """{person: who last spoke with them, by a mail that they answered, a call or a meeting}; the others are left out.

    Where nobody did, or who did is no longer here, it is who owns the relationship.
    """
    members = _team()
    owned = Candidate.objects.filter(among("pk", people), owner__isnull=False).values_list("pk", "owner_id")
    found = {person: members[owner] for person, owner in owned if owner in members}
    last = {person: known[0] for person, known in _last_first(people).items()}
    return found | {person: members[colleague] for person, colleague in last.items() if colleague in members}


def topic_of(subject: str) -> str:
    """What a subject names, without the marks of answers; cut to LONGEST_TOPIC."""
    return Truncator(ANSWERS.sub("", subject).strip()).chars(LONGEST_TOPIC)


def _noted(people: Sequence[Candidate]) -> dict[UUID, Note]:
    """{person: the newest note whose first line mails may name}."""
    rows = Note.objects.quotable().filter(among("candidate", [one.pk for one in people]))
    newest = rows.order_by("candidate_id", "-created_at").distinct("candidate_id")
    return {note.candidate_id: note for note in newest}


def conversations(people: Sequence[Candidate], now: datetime) -> dict[UUID, Conversation]:
    """{person: the last conversation}, of those with whom words went both ways or who have a quotable note.

    Its topic is the first line of such a note, unless words went both ways after it was written; else the subject of
    the mail that they answered, where that answer was the last word. A call without a note has none.
    """
    noted = _noted(people)
    spoken = {one.pk: one.last_two_way_at for one in people if one.last_two_way_at is not None}
    times = {person: note.created_at for person, note in noted.items()} | spoken
    topics = _subjects(spoken) | {
        person: topic_of(note.topic) for person, note in noted.items() if note.created_at >= times[person] - SAME_TALK
    }
    zone = here(now).zone
    return {person: Conversation(at.astimezone(zone).date(), topics.get(person, "")) for person, at in times.items()}


def _subjects(spoken: dict[UUID, datetime]) -> dict[UUID, str]:
    """{person: what the mail was about that they answered}, where that answer was the last word both ways."""
    if not spoken:
        return {}
    mails = _answers(spoken).filter(message__channel=Channel.EMAIL).order_by("occurred_at")
    rows = mails.values_list("message__candidate_id", "occurred_at", "message__subject")
    return {person: topic_of(subject) for person, at, subject in rows if at >= spoken[person] - SAME_TALK}
