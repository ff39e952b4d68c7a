"""What answers mean for us: read from their words, corrected by colleagues."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from inbox.choices import MessageKind
from inbox.events import MESSAGE_CLASSED
from inbox.mail.meaning import meaning
from inbox.models import Message
from outreach.choices import ReplyClass

_OF_MACHINES = {MessageKind.AUTO_REPLY: ReplyClass.OUT_OF_OFFICE, MessageKind.BOUNCE: ReplyClass.BOUNCE}
SAID = [choice for choice in ReplyClass.choices if choice[0] != ReplyClass.BOUNCE]  # what a colleague may choose


def read(kind: str, text: str) -> str:
    """The class of a message of that MessageKind with that new text: a ReplyClass, or "" where it is not clear."""
    if kind == MessageKind.REPLY:
        return meaning(text)
    return str(_OF_MACHINES.get(MessageKind(kind), ""))


@transaction.atomic
def correct(*, message: Message, reply_class: str, by: Actor, now: datetime) -> bool:
    """Say what an answer means; "" where it is not clear. False when that was so already.

    Automation and branches that wait for the class run by the event. Nobody is banned, and no ban lifted, by it.
    """
    row = Message.objects.select_for_update().get(pk=message.pk)
    was = row.reply_class
    if was == reply_class:
        return False
    row.reply_class, row.classed_by = reply_class, by.label[:120]
    row.save(update_fields=["reply_class", "classed_by"])
    facts = {"class": reply_class, "was": was}
    audit.record(
        action="message.class",
        by=by,
        object_type="inbox.message",
        object_id=row.pk,
        fields=["reply_class"],
        facts=facts,
    )
    if row.candidate_id is not None:
        about = {"outbound": str(row.outbound_id) if row.outbound_id else None}
        events.publish(
            MESSAGE_CLASSED,
            candidate=row.candidate_id,
            occurred_at=now,
            actor=by,
            subject=Subject("inbox.message", row.pk),
            data={**facts, **about, "answered_at": row.received_at.isoformat()},
        )
    return True
