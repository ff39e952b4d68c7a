"""Single messages to one person, an answer or a first mail: through the ledger, like all that leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from crm.actors import Actor
from crm.models import Member
from inbox.choices import Channel
from inbox.models import Message, Thread
from inbox.services import threads
from outreach.choices import ExclusionReason
from outreach.models import OutboundMessage
from outreach.services import bodies, freezing, gate, planning, sms_text
from outreach.services.gate import Intent, Verdict
from outreach.services.planning import AlreadyPlanned, Content
from outreach.transports import twilio
from talent.models import Candidate

TIME_TO_UNDO = timedelta(seconds=10)
MAX_REFERENCES = 20

__all__ = ["AlreadyPlanned", "Letter", "MayNotWrite", "cancel", "outlook", "outlook_to", "refuses", "reply", "write"]


class MayNotWrite(ValueError):
    """The gate says no; the message is its reason in words."""


@dataclass(frozen=True)
class Letter:
    """What a colleague typed. `request_id` comes from the form, so that sending it twice is noticed."""

    request_id: UUID
    text: str
    subject: str = ""


def _content(letter: Letter, subject: str, references: list[str]) -> Content:
    targets = {url: url for url in bodies.urls_in(letter.text)}
    return Content(
        subject=" ".join(subject.split())[:998],
        text=bodies.to_text(letter.text, targets),
        html=bodies.to_html(letter.text, targets),
        in_reply_to=references[-1] if references else "",
        references=references,
    )


def refuses(verdict: Verdict) -> bool:
    """Whether a message is not even planned: it may never go, or a colleague has to end a pause first."""
    return not verdict.may and (verdict.is_final or verdict.reason == ExclusionReason.PERSON_PAUSED)


def _plan(candidate_id: UUID, content: Content, intent: Intent, sender: Member, now: datetime) -> OutboundMessage:
    verdict = gate.verdicts(candidate_ids=[candidate_id], intent=intent, now=now, stage="plan")[candidate_id]
    if refuses(verdict):
        raise AlreadyPlanned(verdict.words) if verdict.reason == "already_sent" else MayNotWrite(verdict.words)
    due_at = now + TIME_TO_UNDO
    return planning.plan_single(
        candidate_id=candidate_id, content=content, intent=intent, due_at=due_at, sender=sender, waits=verdict
    )


def _references(thread: Thread) -> list[str]:
    """The ids of the conversation so far, oldest first (RFC 5322, section 3.6.4)."""
    came = Message.objects.filter(thread=thread).exclude(message_id="")
    moments = [(at, one) for at, one in came.values_list("received_at", "message_id")]
    moments += [(m.handed_over_at or m.due_at, m.provider_message_id or m.message_id) for m in threads.sent_in(thread)]
    ids = list(dict.fromkeys([thread.root, *(one for _, one in sorted(moments))]))
    return ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]]


def _intent(thread: Thread, request_id: UUID, sender: Member) -> Intent:
    """The purpose of an answer in a conversation, by the way in which it is held."""
    intent = planning.text_intent if thread.channel == Channel.TEXT else planning.answer_intent
    return intent(request_id, was_asked=threads.was_begun_by_them(thread), sender_id=sender.pk)


def outlook(*, thread: Thread, sender: Member, now: datetime) -> Verdict:
    """What the gate says to an answer in a conversation, before somebody writes it."""
    intent = _intent(thread, uuid4(), sender)
    return gate.verdicts(candidate_ids=[thread.candidate_id], intent=intent, now=now)[thread.candidate_id]


def outlook_to(*, candidate: Candidate, sender: Member, now: datetime) -> Verdict:
    """What the gate says to a first mail, before somebody writes it."""
    intent = planning.one_off_intent(uuid4(), is_proactive=True, sender_id=sender.pk)
    return gate.verdicts(candidate_ids=[candidate.pk], intent=intent, now=now)[candidate.pk]


def _answer(thread: Thread, letter: Letter) -> Content:
    subject = letter.subject or freezing.reply_subject(thread.subject or "Your message")
    return _content(letter, subject, _references(thread))


def _text(letter: Letter) -> Content:
    """The words of a text message as they are; it has neither a subject nor a second part."""
    words = letter.text.strip()
    if len(words) > sms_text.MOST_CHARACTERS:
        raise MayNotWrite(
            f"A text message has {sms_text.MOST_CHARACTERS} characters at most; this one has {len(words)}."
        )
    return Content(subject=twilio.SUBJECT, text=words, html="")


@transaction.atomic
def reply(*, thread: Thread, letter: Letter, sender: Member, now: datetime) -> OutboundMessage:
    """Answer in a conversation; it goes in ten seconds and can be cancelled until then. The thread is done.

    Raises MayNotWrite with the gate's reason, AlreadyPlanned for the same `request_id`.
    """
    content = _text(letter) if thread.channel == Channel.TEXT else _answer(thread, letter)
    intent = _intent(thread, letter.request_id, sender)
    planned = _plan(thread.candidate_id, content, intent, sender, now)
    threads.done(thread=thread, by=sender.actor, now=now)
    return planned


@transaction.atomic
def write(*, candidate: Candidate, letter: Letter, sender: Member, now: datetime) -> OutboundMessage:
    """Write to a person of our own accord; the same rules and errors as an answer."""
    intent = planning.one_off_intent(letter.request_id, is_proactive=True, sender_id=sender.pk)
    return _plan(candidate.pk, _content(letter, letter.subject, []), intent, sender, now)


@transaction.atomic
def cancel(*, message: OutboundMessage, by: Actor, now: datetime) -> bool:
    """Take back a message that has not gone yet; False when it is too late. Its conversation waits again."""
    if not planning.cancel(message=message, now=now, words=f"{by.label} took it back."):
        return False
    thread = threads.of_outgoing(message)
    if thread is not None:
        threads.reopen(thread=thread, by=by, now=now)
    return True
