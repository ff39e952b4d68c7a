"""A colleague says what an answer means for us, or who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from inbox.choices import ANSWERS, MessageKind
from inbox.events import MESSAGE_CLASSED
from inbox.models import Message, TextMessage
from inbox.services import classes, crossing
from outreach.choices import ReplyClass
from outreach.services import texting


def _answered(row: Message | TextMessage) -> UUID | None:
    """The message of ours that this answers: a text message names none, so it is the latest that they had by then."""
    if isinstance(row, Message) or row.candidate_id is None:
        return row.outbound_id if isinstance(row, Message) else None
    latest = texting.latest_to(row.candidate_id, row.received_at)
    return latest.pk if latest else None


@dataclass(frozen=True)
class Standing:
    """What a message counts as: a MessageKind, and its class."""

    kind: str
    reply_class: str


def standing_of(row: Message | TextMessage) -> Standing:
    """Text messages are people's, but those of which a colleague said that nobody was there."""
    if isinstance(row, Message):
        return Standing(row.kind, row.reply_class)
    is_absence = row.reply_class == ReplyClass.OUT_OF_OFFICE
    return Standing(MessageKind.AUTO_REPLY if is_absence else MessageKind.REPLY, row.reply_class)


def _words(row: Message | TextMessage) -> str:
    return row.text or row.subject if isinstance(row, Message) else row.body


def _corrected(row: Message | TextMessage, reply_class: str, kind: str) -> Standing:
    """What it counts as from now on. Bounces and complaints stay what they are, whatever they mean."""
    was = standing_of(row)
    if kind == was.kind and not reply_class:
        return was
    if kind == MessageKind.AUTO_REPLY:
        reply_class = ReplyClass.OUT_OF_OFFICE
    elif kind == MessageKind.REPLY and reply_class in ("", ReplyClass.OUT_OF_OFFICE):
        reply_class = classes.read(MessageKind.REPLY, _words(row))
    if was.kind not in ANSWERS:
        return Standing(was.kind, reply_class)
    if reply_class == ReplyClass.OUT_OF_OFFICE:
        return Standing(MessageKind.AUTO_REPLY, reply_class)
    is_of_person = bool(reply_class) or kind == MessageKind.REPLY or isinstance(row, TextMessage)
    return Standing(MessageKind.REPLY if is_of_person else was.kind, reply_class)


@transaction.atomic
def correct(*, message: Message | TextMessage, reply_class: str = "", kind: str = "", by: Actor, now: datetime) -> bool:
    """Say what an answer means, by mail or text message; "" where it is not clear. False when that was so already.

    Who says what a machine's answer means says that a person wrote it, and out of office is nobody's answer: then what
    it did to clocks, conversation and sequences is put right. `kind`, reply or auto_reply, says that alone, and the
    class is read from the words. Automation and branches that wait for the class run by the event. Nobody is banned,
    and no ban lifted, by it.
    """
    row = type(message).objects.select_for_update().get(pk=message.pk)
    was, now_is = standing_of(row), _corrected(row, reply_class, kind)
    if was == now_is:
        return False
    _keep(row, now_is, by)
    became = now_is.kind if now_is.kind != was.kind else ""
    facts = {"class": now_is.reply_class, "was": was.reply_class, "became": became}
    audit.record(
        action="message.class",
        by=by,
        object_type=row._meta.label_lower,
        object_id=row.pk,
        fields=["reply_class", *(["kind"] if became else [])],
        facts=facts,
    )
    if row.candidate_id is not None:
        if became:
            (crossing.to_a_person if became == MessageKind.REPLY else crossing.to_a_machine)(row)
        _tell(row, facts, by, now)
    return True


def _keep(row: Message | TextMessage, now_is: Standing, by: Actor) -> None:
    row.classed_by = by.label[:120]
    names = ["reply_class", "classed_by"]
    if isinstance(row, Message) and row.kind != now_is.kind:
        row.kind, row.kind_reason = now_is.kind, f"{by.label} said so."[:300]
        row.returns_on = crossing.day_of_return(row) if now_is.kind == MessageKind.AUTO_REPLY else row.returns_on
        names += ["kind", "kind_reason", "returns_on"]
    row.reply_class = now_is.reply_class
    row.save(update_fields=names)


def _tell(row: Message | TextMessage, facts: dict[str, str], by: Actor, now: datetime) -> None:
    assert row.candidate_id is not None
    answered, back_on = _answered(row), crossing.day_of_return(row) if facts["became"] else None
    last = crossing.last_reply(row.candidate_id)
    about = {
        "outbound": str(answered) if answered else None,
        "answered_at": row.received_at.isoformat(),
        "returns_on": back_on.isoformat() if back_on else None,
        "last_reply_at": last.isoformat() if last else None,
    }
    events.publish(
        MESSAGE_CLASSED,
        candidate=row.candidate_id,
        occurred_at=now,
        actor=by,
        subject=Subject(row._meta.label_lower, row.pk),
        data={**facts, **about},
    )
