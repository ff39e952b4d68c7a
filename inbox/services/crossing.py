"""An answer counts as a person's after all, or as a machine's: clocks, conversation and documents follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from crm.actors import Actor
from inbox.choices import Channel, MessageKind
from inbox.mail import absence
from inbox.models import Message, TextMessage, Thread
from inbox.services import filing
from outreach.choices import ReplyClass
from talent.models import Candidate
from talent.services import clocks
from talent.services.clocks import Moments


def _mails() -> QuerySet[Message]:
    return Message.objects.filter(kind=MessageKind.REPLY)


def _texts() -> QuerySet[TextMessage]:
    """A text message is a person's unless a colleague said that nobody was there; keywords are no answers."""
    return TextMessage.objects.filter(keyword="").exclude(reply_class=ReplyClass.OUT_OF_OFFICE)


def last_reply(candidate_id: UUID) -> datetime | None:
    """When somebody last wrote to us themselves, by mail or text message."""
    found = [
        rows.filter(candidate=candidate_id).aggregate(at=Max("received_at"))["at"] for rows in (_mails(), _texts())
    ]
    return max((at for at in found if at is not None), default=None)


def moments(candidate_id: UUID) -> Moments:
    """What the hub knows of a person's clocks."""
    return Moments(replied_at=last_reply(candidate_id))


def day_of_return(row: Message | TextMessage) -> date | None:
    """The day that an absent person names, as far as we can read it."""
    if isinstance(row, Message) and row.returns_on is not None:
        return row.returns_on
    words = f"{row.subject}\n{row.text}" if isinstance(row, Message) else row.body
    return absence.returns_on(words, today=row.received_at.date())


def to_a_person(row: Message | TextMessage) -> None:
    """They wrote it themselves: what a reply does when it comes in."""
    person = Candidate.objects.get(pk=row.candidate_id)
    Candidate.objects.filter(pk=person.pk).touch(replied_at=row.received_at)
    thread = _thread_of(row)
    if thread is not None and row.received_at > thread.last_reply_at:
        thread.last_reply_at = row.received_at
        thread.needs_reply_since = thread.needs_reply_since or row.received_at
        thread.save(update_fields=["last_reply_at", "needs_reply_since"])
    if isinstance(row, Message):
        filing.keep_documents(row, person, Actor("candidate", person.pk, person.name))


def to_a_machine(row: Message | TextMessage) -> None:
    """Nobody was there: clocks and conversation tell of what they really wrote."""
    assert row.candidate_id is not None
    clocks.take_back(candidate_id=row.candidate_id, moment=row.received_at)
    thread = _thread_of(row)
    if thread is None:
        return
    written = list(_replies_in(thread))
    since = thread.needs_reply_since
    thread.last_reply_at = max(written, default=filing.NEVER)
    thread.needs_reply_since = min((at for at in written if at >= since), default=None) if since else None
    thread.save(update_fields=["last_reply_at", "needs_reply_since"])


def _thread_of(row: Message | TextMessage) -> Thread | None:
    by_text = Thread.objects.by_text
    rows = Thread.objects.filter(pk=row.thread_id) if isinstance(row, Message) else by_text(row.candidate_id)
    return rows.select_for_update(of=("self",)).first()


def _replies_in(thread: Thread) -> Iterable[datetime]:
    if thread.channel == Channel.TEXT:
        return _texts().filter(candidate=thread.candidate_id).values_list("received_at", flat=True)
    return _mails().filter(thread=thread).values_list("received_at", flat=True)
