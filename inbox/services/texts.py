"""Takes text messages in: whose number it is, what a keyword asks for, and what follows for the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from inbox.events import TEXT_RECEIVED
from inbox.mail.meaning import meaning
from inbox.models import TextMessage, Thread
from outreach.models import Mailbox
from outreach.services import sms_text
from outreach.services.sms_text import Keyword
from talent.choices import BanReason, BanScope, Channel, ConsentOrigin, ContactKind
from talent.models import Candidate, ContactBan, ContactPoint
from talent.services import contact
from talent.services.contact import Reach

ROOT, SUBJECT = "text", "Text messages"
BY_TEXT = "They sent the word STOP by text message."


@dataclass(frozen=True)
class Arrived:
    """One text message as the provider delivers it; `sender` in E.164."""

    sid: str
    sender: str
    body: str


def _people(number: str) -> list[Candidate]:
    """Everybody with this number; a number that several share is all of theirs when it says stop."""
    points = ContactPoint.objects.filter(kind=ContactKind.PHONE, normal=number)
    return list(Candidate.objects.filter(pk__in=points.values("candidate")).order_by("pk"))


@transaction.atomic
def receive(*, account: Mailbox | None, arrived: Arrived, now: datetime) -> TextMessage:
    """Store a text message and do what follows; a second delivery is the first one."""
    found = TextMessage.objects.filter(account=account, sid=arrived.sid).first()
    if found is not None:
        return found
    people, keyword = _people(arrived.sender), sms_text.keyword(arrived.body)
    row = TextMessage(
        account=account,
        candidate=people[0] if len(people) == 1 else None,
        sid=arrived.sid[:64],
        sender=arrived.sender[:32],
        body=arrived.body[: sms_text.MOST_CHARACTERS],
        keyword=keyword or "",
        reply_class="" if keyword else meaning(arrived.body),
        received_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another worker was quicker
        return TextMessage.objects.get(account=account, sid=arrived.sid)
    for person in people:
        _follow(person, row, keyword, now)
    return row


def _follow(person: Candidate, row: TextMessage, keyword: Keyword | None, now: datetime) -> None:
    """What a text message does for its person; what several share is an answer of nobody's."""
    actor = Actor("candidate", person.pk, person.name)
    if keyword == Keyword.STOP:
        contact.ban(
            candidate=person,
            reason=BanReason.UNSUBSCRIBED,
            evidence=BY_TEXT,
            by=actor,
            now=now,
            reach=Reach(scope=BanScope.CHANNEL, channel=Channel.TEXT),
            origin=ConsentOrigin.REPLY,
        )
    elif keyword == Keyword.START:
        _lift(person, actor, now)
    if row.candidate_id is not None and keyword is None:  # an answer by text is one like any other
        Candidate.objects.filter(pk=person.pk).touch(replied_at=now)
        _open_thread(person, now)
    if row.candidate_id is not None:
        events.publish(
            TEXT_RECEIVED,
            candidate=person.pk,
            occurred_at=now,
            actor=actor,
            subject=Subject("inbox.textmessage", row.pk),
            data={"keyword": row.keyword, "class": row.reply_class},
        )


def _open_thread(person: Candidate, now: datetime) -> None:
    """Their conversation by text waits for an answer."""
    clocks = {"last_message_at": now, "last_reply_at": now, "needs_reply_since": now}
    fixed = {"channel": Channel.TEXT, "subject": SUBJECT}
    thread, is_new = Thread.objects.get_or_create(candidate=person, root=ROOT, defaults={**fixed, **clocks})
    if not is_new:
        thread = Thread.objects.select_for_update().get(pk=thread.pk)
        thread.last_message_at, thread.last_reply_at = (
            max(thread.last_message_at, now),
            max(thread.last_reply_at, now),
        )
        thread.needs_reply_since = thread.needs_reply_since or now
        thread.save(update_fields=[*clocks])


def _lift(person: Candidate, actor: Actor, now: datetime) -> None:
    """START takes back what STOP did, and nothing else."""
    stopped = ContactBan.objects.in_force(now).filter(candidate=person, channel=Channel.TEXT, evidence=BY_TEXT)
    for ban in stopped:
        contact.lift_ban(ban=ban, by=actor, now=now, origin=ConsentOrigin.REPLY)


def answer(row: TextMessage, company: str) -> str:
    """What is said back at once: only to somebody who asks for help."""
    if row.keyword == Keyword.HELP:
        return f"{company}: answer STOP to get no more text messages, START to get them again."
    return ""
