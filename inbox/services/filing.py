"""Files a mail that was read: message, thread and attachments, and what follows from it for the person."""

from __future__ import annotations

from datetime import UTC, datetime

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import files
from inbox.choices import MatchedBy, MessageKind
from inbox.events import MESSAGE_RECEIVED
from inbox.mail.bounces import BounceRecipient
from inbox.mail.classify import Classification
from inbox.mail.parse import Attachment, ParsedMail
from inbox.mail.replies import new_text
from inbox.mail.safe_html import clean
from inbox.mail.understand import wants_to_stop
from inbox.models import InboundMail, Message, MessageAttachment, Thread
from inbox.services import classes, matching
from inbox.services.matching import Match, bracketed
from outreach.models import OutboundMessage
from outreach.services import evidence
from talent.choices import BanReason, DocumentKind
from talent.models import Candidate
from talent.services import contact, documents

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
MAX_ATTACHMENTS = 100
DOCUMENT_ENDINGS = (".pdf", ".docx", ".odt", ".rtf", ".doc")


def file(*, inbound: InboundMail, mail: ParsedMail, verdict: Classification) -> Message:
    """Keep what a mail says and tell the log. The caller's transaction holds the lock on `inbound`."""
    found = matching.match(inbound=inbound, mail=mail, verdict=verdict)
    message = _message(inbound, mail, verdict, found)
    if found.candidate_id is not None:
        message.thread = thread_for(message, found)
    message.reply_class = classes.read(message.kind, message.text or message.subject)
    message.save(force_insert=True)
    _keep_attachments(message, mail)
    if found.candidate_id is not None:
        settle(message, asks_to_stop=_asks_to_stop(message, verdict))
    return message


def kind_of(verdict: Classification) -> str:
    """What the mail counts as here: a delay is no bounce, and not every complaint comes from the recipient."""
    if verdict.kind == "bounce" and verdict.bounces and all(b.action == "delayed" for b in verdict.bounces):
        return MessageKind.OTHER
    if verdict.kind == "complaint" and verdict.feedback_type not in ("abuse", "fraud", None):
        return MessageKind.OTHER
    return MessageKind(verdict.kind)


def _message(inbound: InboundMail, mail: ParsedMail, verdict: Classification, found: Match) -> Message:
    html = clean(mail.html) if mail.html.strip() else None
    bounce = _bounce_of(verdict, found.outbound)
    return Message(
        inbound=inbound,
        candidate_id=found.candidate_id,
        outbound=found.outbound,
        kind=kind_of(verdict),
        kind_reason=verdict.reason[:300],
        matched_by=found.by,
        from_name=mail.from_.name[:200] if mail.from_ else "",
        from_address=mail.from_.address[:320] if mail.from_ else "",
        to_addresses=[a.address[:320] for a in (*mail.to, *mail.cc)][:50],
        subject=mail.subject.replace("\x00", "")[:998],
        text=new_text(mail.text).text.replace("\x00", ""),
        full_text=mail.text.replace("\x00", ""),
        html=html.html if html else "",
        blocked_images=html.blocked_images if html else 0,
        sent_at=min(mail.date, inbound.received_at) if mail.date else inbound.received_at,
        received_at=inbound.received_at,
        message_id=next(iter(bracketed([mail.message_id])), ""),
        in_reply_to=next(iter(bracketed([mail.in_reply_to])), ""),
        references=bracketed(mail.references)[:100],
        returns_on=verdict.returns_on,
        is_hard=bool(bounce and bounce.hard),
        bounced_address=(bounce.address or "")[:320] if bounce else "",
        note=" ".join(bounce.diagnostic.split())[:300] if bounce else "",
    )


def _bounce_of(verdict: Classification, outbound: OutboundMessage | None) -> BounceRecipient | None:
    """The part of a report that is about the address we wrote to; else its first."""
    ours = outbound.to_address.lower() if outbound else ""
    about = [
        b for b in verdict.bounces if ours and ours in ((b.address or "").lower(), (b.original_address or "").lower())
    ]
    return next(iter(about or verdict.bounces), None)


def thread_for(message: Message, found: Match) -> Thread:
    """The conversation that a message belongs to, made with its first one; it takes the message's moment."""
    thread = found.parent.thread if found.parent else None
    if thread is None:
        thread, _ = Thread.objects.get_or_create(
            candidate_id=found.candidate_id,
            root=_root(message, found.outbound),
            defaults={
                "subject": (found.outbound.subject if found.outbound else "") or message.subject,
                "last_message_at": message.received_at,
                "last_reply_at": NEVER,
            },
        )
    thread = Thread.objects.select_for_update().get(pk=thread.pk)
    thread.last_message_at = max(thread.last_message_at, message.received_at)
    if message.kind == MessageKind.REPLY:
        thread.last_reply_at = max(thread.last_reply_at, message.received_at)
        thread.needs_reply_since = thread.needs_reply_since or message.received_at
    thread.save(update_fields=["last_message_at", "last_reply_at", "needs_reply_since"])
    return thread


def _root(message: Message, outbound: OutboundMessage | None) -> str:
    """The id that the conversation began with: of the first mail of ours, else of theirs."""
    if outbound is not None:
        return str(next(iter(outbound.references), outbound.message_id))[: matching.ID_LENGTH]
    return next(iter(message.references), "") or message.message_id or f"<{message.pk}>"


def _keep_attachments(message: Message, mail: ParsedMail) -> None:
    for one in mail.attachments[:MAX_ATTACHMENTS]:
        stored = files.store(content=one.content, name=one.filename, content_type=one.content_type)
        MessageAttachment.objects.create(
            message=message,
            file=stored,
            content_id=(one.content_id or "")[: matching.ID_LENGTH],
            is_inline=_is_picture_inside(one),
        )


def _is_picture_inside(one: Attachment) -> bool:
    # Some programs mark every attachment as inline; only pictures are shown inside a text.
    return one.inline and one.content_type.startswith("image/")


def _asks_to_stop(message: Message, verdict: Classification) -> bool:
    if verdict.kind == "complaint":
        return verdict.feedback_type == "opt-out"
    return message.kind == MessageKind.REPLY and wants_to_stop(message.text or message.subject)


def settle(message: Message, *, asks_to_stop: bool) -> None:
    """What a message of a known person means: clocks, documents, bans, and the event that others read."""
    candidate = Candidate.objects.get(pk=message.candidate_id)
    actor, now = Actor("candidate", candidate.pk, candidate.name), message.received_at
    if message.kind == MessageKind.REPLY:
        Candidate.objects.filter(pk=candidate.pk).touch(replied_at=now)
        keep_documents(message, candidate, actor)
    events.publish(
        MESSAGE_RECEIVED,
        candidate=candidate.pk,
        occurred_at=now,
        actor=actor,
        subject=Subject("inbox.message", message.pk),
        data=_facts(message),
    )
    if asks_to_stop:
        _stop(message, candidate, actor)


def _facts(message: Message) -> dict[str, object]:
    return {
        "kind": str(message.kind),
        "class": str(message.reply_class),
        "message": str(message.pk),
        "outbound": str(message.outbound_id) if message.outbound_id else None,
        "returns_on": message.returns_on.isoformat() if message.returns_on else None,
        "hard": message.is_hard,
        "address": message.bounced_address,
        "note": message.note,
        "proven": message.matched_by != MatchedBy.ADDRESS,
    }


def _stop(message: Message, candidate: Candidate, actor: Actor) -> None:
    """They ask not to be written to again: by a mail program's own request, or in words."""
    if message.kind != MessageKind.REPLY and message.outbound_id:
        evidence.unsubscribe(message_id=message.outbound_id, how="Asked by mail.", now=message.received_at)
        return
    words = " ".join((message.text or message.subject).split())[:200]
    contact.ban(
        candidate=candidate,
        reason=BanReason.ASKED_TO_STOP,
        evidence=f"Wrote: “{words}”",
        by=actor,
        now=message.received_at,
    )


def keep_documents(message: Message, candidate: Candidate, actor: Actor) -> None:
    """Documents that a person sends are put on the person as well."""
    files_of_it = MessageAttachment.objects.filter(message=message, is_inline=False, document=None)
    for one in files_of_it.select_related("file"):
        if one.file.name.lower().endswith(DOCUMENT_ENDINGS):
            one.document = documents.add(
                candidate=candidate,
                file=one.file,
                text="",
                by=actor,
                now=message.received_at,
                kind=DocumentKind.RESUME,
            )
            one.save(update_fields=["document"])
