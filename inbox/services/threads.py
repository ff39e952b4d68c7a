"""Conversations: what was said on both sides, and whether somebody still has to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Left

from crm import events, paging, together
from crm.actors import Actor
from crm.events import Subject
from crm.paging import Order, Page
from inbox.choices import Channel, Direction
from inbox.events import THREAD_DONE, THREAD_REOPENED
from inbox.models import Message, MessageAttachment, TextMessage, Thread
from inbox.services.filing import NEVER
from outreach.choices import MessageState
from outreach.models import OutboundMessage
from outreach.services import templates

UNSEEN = (MessageState.EXCLUDED,)
PAGE = 50
NEWEST_REPLY = Order("last_reply_at", descending=True, parse=paging.moment)
SNIPPET = 140
VIEWS = (("needs", "Needs reply"), ("all", "All"))


@dataclass(frozen=True)
class Said:
    """One message of a conversation, whichever table it lies in."""

    id: UUID
    direction: str
    who: str
    at: datetime
    subject: str
    text: str
    state: str = ""
    message: Message | None = None
    text_message: TextMessage | None = None
    outbound: OutboundMessage | None = None
    attachments: Sequence[MessageAttachment] = field(default=())

    @property
    def reply_class(self) -> str:
        """What an answer of theirs means; "" where it is not clear, and for messages of ours."""
        theirs = self.message or self.text_message
        return theirs.reply_class if theirs else ""

    @property
    def words(self) -> str:
        """What somebody wrote: a mail of ours by plan without the lines on how to get no more."""
        return templates.without_way_out(self.text) if self.outbound else self.text

    @property
    def is_waiting(self) -> bool:
        """Planned and not yet gone: it can still be taken back."""
        return self.outbound is not None and self.outbound.state == MessageState.PLANNED


def listing(*, view: str, after: str = "", limit: int = PAGE) -> Page[Thread]:
    """A page of conversations, the newest human reply first; `view` is one of VIEWS. One query. Raises BadCursor.

    Each has `snippet`, the beginning of its latest message.
    """
    latest = (
        Message.objects.filter(thread=OuterRef("pk")).order_by("-received_at").annotate(begin=Left("text", SNIPPET))
    )
    rows = Thread.objects.all() if view == "all" else Thread.objects.needing_reply()
    texts = TextMessage.objects.filter(candidate=OuterRef("candidate"), keyword="").order_by("-received_at")
    by_text = Subquery(texts.annotate(begin=Left("body", SNIPPET)).values("begin")[:1])
    by_mail = Subquery(latest.values("begin")[:1])
    snippet = Case(When(channel=Channel.TEXT, then=by_text), default=by_mail)
    shown = rows.select_related("candidate").annotate(snippet=snippet)
    return paging.page(shown, NEWEST_REPLY, after=after, limit=limit)


def sent_in(thread: Thread) -> list[OutboundMessage]:
    """What we wrote in a conversation, planned included, oldest first."""
    if thread.channel == Channel.TEXT:
        texts = OutboundMessage.objects.filter(candidate_id=thread.candidate_id, channel=Channel.TEXT)
        rows = texts.exclude(state__in=UNSEEN).select_related("sender__user")
        return list(rows.order_by("handed_over_at", "due_at"))
    answered = Message.objects.filter(thread=thread, outbound__isnull=False).values("outbound_id")
    inside = Q(message_id=thread.root) | Q(references__contains=[thread.root]) | Q(pk__in=answered)
    rows = OutboundMessage.objects.filter(inside, candidate_id=thread.candidate_id).exclude(state__in=UNSEEN)
    return list(rows.select_related("sender__user").order_by("handed_over_at", "due_at"))


def was_begun_by_them(thread: Thread) -> bool:
    """Whether the person wrote first: no mail of ours is the root, no text message of ours came before theirs."""
    if thread.channel == Channel.TEXT:
        first = TextMessage.objects.filter(candidate_id=thread.candidate_id).order_by("received_at").first()
        ours_by_text = OutboundMessage.objects.filter(candidate_id=thread.candidate_id, channel=Channel.TEXT).left()
        return first is not None and not ours_by_text.filter(handed_over_at__lt=first.received_at).exists()
    ours = Q(message_id=thread.root) | Q(provider_message_id=thread.root)
    return not OutboundMessage.objects.filter(ours, candidate_id=thread.candidate_id).exists()


def conversation(thread: Thread) -> list[Said]:
    """Both sides of a conversation, oldest first. Three queries, whatever its length."""
    said = _texts_of(thread) if thread.channel == Channel.TEXT else _mails_of(thread)
    said += [_ours(m) for m in sent_in(thread)]
    return sorted(said, key=lambda one: (one.at, one.id))


def _mails_of(thread: Thread) -> list[Said]:
    return [_theirs(m) for m in Message.objects.filter(thread=thread).light().with_files()]


def _texts_of(thread: Thread) -> list[Said]:
    rows = TextMessage.objects.filter(candidate_id=thread.candidate_id)
    return [Said(one.pk, Direction.IN, one.sender, one.received_at, "", one.body, text_message=one) for one in rows]


def _theirs(message: Message) -> Said:
    return Said(
        message.pk,
        Direction.IN,
        message.from_name or message.from_address,
        message.received_at,
        message.subject,
        message.text,
        message=message,
        attachments=list(message.attachments.all()),
    )


def _ours(message: OutboundMessage) -> Said:
    return Said(
        message.pk,
        Direction.OUT,
        str(message.sender) if message.sender else message.from_header.split(" <")[0],
        message.handed_over_at or message.due_at,
        message.subject,
        message.text,
        state=message.get_state_display(),
        outbound=message,
    )


def _tell(thread: Thread, kind: str, by: Actor, now: datetime) -> None:
    events.publish(
        kind, candidate=thread.candidate_id, occurred_at=now, actor=by, subject=Subject("inbox.thread", thread.pk)
    )


@transaction.atomic
def done(*, thread: Thread, by: Actor, now: datetime) -> bool:
    """Nobody needs to answer any more; False when that was so already. A new reply brings it back."""
    changed = Thread.objects.needing_reply().filter(pk=thread.pk).update(needs_reply_since=None)
    if changed:
        _tell(thread, THREAD_DONE, by, now)
    return bool(changed)


@transaction.atomic
def reopen(*, thread: Thread, by: Actor, now: datetime) -> bool:
    """Somebody needs to answer after all."""
    since = thread.last_reply_at if thread.last_reply_at > NEVER else now
    changed = Thread.objects.filter(pk=thread.pk, needs_reply_since=None).update(needs_reply_since=since)
    if changed:
        _tell(thread, THREAD_REOPENED, by, now)
    return bool(changed)


def everybody() -> QuerySet[Thread]:
    """Conversations with their people."""
    return Thread.objects.with_person()


def waiting() -> int:
    """How many conversations wait for us."""
    return together.count(unhandled_asks()[0])


def next_waiting() -> Thread | None:
    """The conversation to answer next: the one with the newest reply."""
    return Thread.objects.needing_reply().newest_reply_first().first()


def of_outgoing(message: OutboundMessage) -> Thread | None:
    """The conversation that a message of ours answers in; None for a first mail."""
    return Thread.objects.of_outgoing(message)


def latest_with(candidate_id: UUID) -> Thread | None:
    """The conversation with a person in which they answered last."""
    return Thread.objects.filter(candidate=candidate_id).newest_reply_first().first()


def of_text(message: TextMessage) -> Thread | None:
    """The conversation by text message that this is part of; None where its number is nobody's, or several people's."""
    return Thread.objects.by_text(message.candidate_id).first() if message.candidate_id else None


def unhandled() -> int:
    """How many conversations wait for us, and how many mails of unknown senders."""
    return sum(map(together.count, unhandled_asks()))


@together.planned
def unhandled_asks() -> list[together.Count]:
    """What `unhandled` asks, for a page that asks much at once."""
    return [together.Count(Thread.objects.needing_reply()), together.Count(Message.objects.in_tray())]
