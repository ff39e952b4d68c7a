"""What answers mean for us: read from their words, corrected by colleagues."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from inbox.choices import MessageKind
from inbox.events import MESSAGE_CLASSED
from inbox.mail.meaning import meaning
from inbox.models import Message, TextMessage
from outreach.choices import ReplyClass
from outreach.services import texting

_OF_MACHINES = {MessageKind.AUTO_REPLY: ReplyClass.OUT_OF_OFFICE, MessageKind.BOUNCE: ReplyClass.BOUNCE}
SAID = [choice for choice in ReplyClass.choices if choice[0] != ReplyClass.BOUNCE]  # what a colleague may choose


def read(kind: str, text: str) -> str:
    """The class of a message of that MessageKind with that new text: a ReplyClass, or "" where it is not clear."""
    if kind == MessageKind.REPLY:
        return meaning(text)
    return str(_OF_MACHINES.get(MessageKind(kind), ""))


def _answered(row: Message | TextMessage) -> UUID | None:
    """The message of ours that this answers: a text message names none, so it is the latest that they had by then."""
    if isinstance(row, Message) or row.candidate_id is None:
        return row.outbound_id if isinstance(row, Message) else None
    latest = texting.latest_to(row.candidate_id, row.received_at)
    return latest.pk if latest else None


@transaction.atomic
def correct(*, message: Message | TextMessage, reply_class: str, by: Actor, now: datetime) -> bool:
    """Say what an answer means, by mail or by text message; "" where it is not clear. False when that was so already.

    Automation and branches that wait for the class run by the event. Nobody is banned, and no ban lifted, by it.
    """
    row = type(message).objects.select_for_update().get(pk=message.pk)
    was = row.reply_class
    if was == reply_class:
        return False
    row.reply_class, row.classed_by = reply_class, by.label[:120]
    row.save(update_fields=["reply_class", "classed_by"])
    facts = {"class": reply_class, "was": was}
    audit.record(
        action="message.class",
        by=by,
        object_type=row._meta.label_lower,
        object_id=row.pk,
        fields=["reply_class"],
        facts=facts,
    )
    if row.candidate_id is not None:
        answered = _answered(row)
        about = {"outbound": str(answered) if answered else None}
        events.publish(
            MESSAGE_CLASSED,
            candidate=row.candidate_id,
            occurred_at=now,
            actor=by,
            subject=Subject(row._meta.label_lower, row.pk),
            data={**facts, **about, "answered_at": row.received_at.isoformat()},
        )
    return True
