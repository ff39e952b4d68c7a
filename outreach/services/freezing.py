"""Freezes a message: the words, links and headers that it will carry on every try."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from crm.models import Member, Tenant
from outreach.choices import LEFT_STATES, ExclusionReason, TransportKind
from outreach.models import Broadcast, Enrolment, Mailbox, OutboundMessage, Sequence, SequenceStep, TrackedLink
from outreach.services import (
    bodies,
    languages,
    merge_tags,
    mime,
    sms_text,
    templates,
    tokens,
    topics,
    tracking,
    variants,
)
from outreach.services.merge_tags import Latest, MergeContext
from outreach.services.mime import Draft
from outreach.services.templates import Filled
from outreach.transports import twilio
from outreach.transports.base import Envelope
from talent.choices import Channel


@dataclass(frozen=True)
class Unfit:
    """Why no mail can be made for this person."""

    reason: ExclusionReason
    words: str


def sender_name(*, source: Sequence | Broadcast, mailbox: Mailbox, tenant: Tenant) -> str:
    """Who signs: the name set for the sequence or broadcast, the colleague's, the mailbox's, the workspace's."""
    colleague = source.sender.user.display_name if source.sender else ""
    return source.sender_name or colleague or mailbox.from_name or tenant.name


def from_header(name: str, mailbox: Mailbox) -> str:
    plain = templates.one_line(name).translate(str.maketrans("", "", '<>"'))[:120]
    return f"{plain} <{mailbox.from_address}>" if plain else mailbox.from_address


def gather(messages: Row[OutboundMessage]) -> None:
    """Read for a batch what one message after the other would ask for: what went before in its thread, its wording."""
    answers = {one.enrolment_id: one for one in messages if one.step is not None and one.step.same_thread}
    for message in answers.values():
        message.earlier = []
    found = OutboundMessage.objects.filter(enrolment__in=answers, state__in=LEFT_STATES) if answers else []
    for row in sorted(found, key=lambda one: one.handed_over_at or one.created_at):
        message = answers[row.enrolment_id]
        if message.earlier is not None and row.pk != message.pk:
            message.earlier.append(row)
    for message in messages:
        message.topic = topics.planned(message)  # with every try: it may be another one by now
    tracking.gather(messages)
    variants.gather(messages)


def _earlier(message: OutboundMessage) -> list[OutboundMessage]:
    if message.earlier is not None:
        return message.earlier
    rows = OutboundMessage.objects.filter(enrolment_id=message.enrolment_id, state__in=LEFT_STATES)
    return list(rows.exclude(pk=message.pk).order_by("handed_over_at"))


def reply_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _thread(message: OutboundMessage, step: SequenceStep, subject: str) -> str:
    """Put the message into the thread of the enrolment's earlier ones; returns its subject."""
    earlier = _earlier(message) if step.same_thread else []
    if not earlier:
        return subject
    ids = [m.provider_message_id or m.message_id for m in earlier]
    message.in_reply_to, message.references = ids[-1], ids
    return subject or reply_subject(earlier[0].subject)


def find_threads(messages: Row[OutboundMessage]) -> None:
    """Find out for a batch into which conversations its answers go, where their mailbox wants to be told (Gmail).

    That of the latest mail that an answer refers to and that left from the same mailbox.
    """
    answers = [one for one in messages if one.references and _keeps_threads(one.mailbox)]
    ids = {ref for one in answers for ref in one.references}
    if not ids:
        return
    rows = OutboundMessage.objects.by_message_ids(ids).exclude(provider_thread="")
    found = dict[tuple[UUID | None, str], str]()
    for mailbox, *names, thread in rows.values_list("mailbox", "message_id", "provider_message_id", "provider_thread"):
        found |= {(mailbox, name): thread for name in names}
    for one in answers:
        threads = (found.get((one.mailbox_id, ref), "") for ref in reversed(one.references))
        one.answers_thread = next(filter(None, threads), "")


def _keeps_threads(mailbox: Mailbox | None) -> bool:
    return mailbox is not None and mailbox.transport == TransportKind.GMAIL


def _counted(message: OutboundMessage, urls: tuple[str, ...]) -> dict[str, str]:
    """{address as its author wrote it: the address of ours that counts and leads there}."""
    links = [TrackedLink(message=message, target=url) for url in urls]
    message.new_links = links
    base = tracking.of(message).base
    return {link.target: tokens.url("click", tenant_id=message.tenant_id, row_id=link.pk, base=base) for link in links}


def forget_words(messages: QuerySet[OutboundMessage]) -> None:
    """Planned mails are written anew when they go: what was made for an earlier try is gone, its links too."""
    TrackedLink.objects.filter(message__in=messages).delete()
    messages.update(subject="", text="", html="", from_header="")


def write_links(messages: Row[OutboundMessage]) -> None:
    """Write the counted links of these messages, now that the messages have their words."""
    TrackedLink.objects.bulk_create([link for one in messages for link in one.new_links or ()], batch_size=1000)


@dataclass(frozen=True)
class Words:
    """What a mail is written from: its two texts, who signs, what is counted, and what is said beside the person."""

    subject: str
    body: str
    signs: str
    tracks_opens: bool
    tracks_clicks: bool
    latest: Latest
    facts: Mapping[str, str] = field(default_factory=dict)
    sender: Member | None = None
    language: str = ""


def _context(message: OutboundMessage, words: Words, tenant: Tenant) -> MergeContext:
    unsubscribe = tokens.url("unsubscribe", tenant_id=message.tenant_id, row_id=message.pk)
    why = tokens.url("why", tenant_id=message.tenant_id, row_id=message.pk)
    return _of(message, words, tenant, unsubscribe, why)


def _of(message: OutboundMessage, words: Words, tenant: Tenant, unsubscribe: str, why: str) -> MergeContext:
    return MergeContext(
        message.candidate,
        words.signs,
        tenant.name,
        unsubscribe,
        why,
        words.facts,
        words.sender,
        words.language,
        latest=words.latest,
    )


def _filled(message: OutboundMessage, words: Words, context: MergeContext) -> Filled:
    """The texts with the person's values; or a colleague's own, as they are. Raises TemplateRefused."""
    if not message.own_body:
        return templates.fill(subject=words.subject, body=words.body, context=context)
    try:  # for its personal links alone: they are not counted in a colleague's words either
        links = templates.fill(subject=words.subject, body=words.body, context=context).own_links
    except templates.TemplateRefused:
        links = {}
    ways_out = (context.unsubscribe_link, context.why_link)
    urls = tuple(url for url in bodies.urls_in(message.own_body) if url not in links and url not in ways_out)
    return Filled(templates.one_line(message.own_subject), message.own_body, urls, links, ())


def _write(message: OutboundMessage, words: Words, tenant: Tenant, step: SequenceStep | None = None) -> Unfit | None:
    """Fill the texts for the message's person, count its links, lead out of it; the caller saves."""
    context = _context(message, words, tenant)
    unsubscribe, why = context.unsubscribe_link, context.why_link
    try:
        filled = _filled(message, words, context)
    except templates.TemplateRefused as refused:
        return Unfit(ExclusionReason.TEMPLATE_BROKEN, str(refused))
    if filled.blanks:
        labels = ", ".join(merge_tags.REGISTRY[tag].label.lower() for tag in filled.blanks)
        return Unfit(ExclusionReason.BLANK_TAG, f"Nothing is known for: {labels}. There is no fallback.")
    written = templates.with_way_out(filled, unsubscribe, why)
    targets = {url: url for url in (*filled.urls, *written.own_links)}
    counting = tracking.of(message)
    if words.tracks_clicks and counting.is_on:
        targets |= _counted(message, filled.urls)
    pixel = ""
    if words.tracks_opens and counting.is_on:
        pixel = tokens.url("open", tenant_id=message.tenant_id, row_id=message.pk, base=counting.base)
    message.subject = _thread(message, step, filled.subject) if step is not None else filled.subject
    message.text = bodies.to_text(written.text, targets)
    message.html = bodies.to_html(written.html, targets, pixel, written.own_links)
    return None


def _write_text(message: OutboundMessage, words: Words, tenant: Tenant) -> Unfit | None:
    """Fill the words of a text message: no parts, no counted links."""
    why = tokens.url("why", tenant_id=message.tenant_id, row_id=message.pk)
    context = _of(message, words, tenant, why, why)
    try:
        filled = _filled(message, replace(words, subject=twilio.SUBJECT), context)
    except templates.TemplateRefused as refused:
        return Unfit(ExclusionReason.TEMPLATE_BROKEN, str(refused))
    if filled.blanks:
        labels = ", ".join(merge_tags.REGISTRY[tag].label.lower() for tag in filled.blanks)
        return Unfit(ExclusionReason.BLANK_TAG, f"Nothing is known for: {labels}. There is no fallback.")
    message.subject, message.text = twilio.SUBJECT, bodies.to_text(filled.body, ())
    if len(message.text) > sms_text.MOST_CHARACTERS:
        return Unfit(ExclusionReason.TEMPLATE_BROKEN, f"It is longer than {sms_text.MOST_CHARACTERS} characters.")
    return None


def freeze_step(message: OutboundMessage, *, mailbox: Mailbox, tenant: Tenant, latest: Latest) -> Unfit | None:
    """Write the words of a sequence step for its person. The caller saves; None means it is fit to send.

    `message.step`, `.enrolment.sequence.sender.user`, `.enrolment.sender.user` and `.candidate` are loaded.
    """
    step = message.step
    if step is None or message.enrolment is None:
        return Unfit(ExclusionReason.STEP_GONE, str(ExclusionReason.STEP_GONE.label))
    words = _of_step(message, message.enrolment, mailbox, tenant, latest)
    if message.channel == Channel.TEXT:
        message.sender = _writer(message, message.enrolment)
        return _write_text(message, words, tenant)
    unfit = _write(message, words, tenant, step)
    if unfit is None:
        message.from_header = from_header(words.signs, mailbox)
        message.sender = _writer(message, message.enrolment)
    return unfit


def _own_writer(message: OutboundMessage, enrolment: Enrolment) -> Member | None:
    """Whoever writes this step, or to this person, where that is not the sequence's own sender."""
    has_own = message.step is not None and message.step.sender_id is not None
    return (message.sender if has_own else None) or enrolment.sender


def _writer(message: OutboundMessage, enrolment: Enrolment) -> Member | None:
    return _own_writer(message, enrolment) or enrolment.sequence.sender


def _of_step(message: OutboundMessage, enrolment: Enrolment, mailbox: Mailbox, tenant: Tenant, latest: Latest) -> Words:
    """In the wording that this person gets."""
    sequence = enrolment.sequence
    writer = _own_writer(message, enrolment)
    own = writer.user.display_name if writer else ""
    name = own or sender_name(source=sequence, mailbox=mailbox, tenant=tenant)
    counts = (sequence.tracks_opens, sequence.tracks_clicks)
    wording = variants.of(message)
    message.variant = wording.letter
    return Words(
        wording.subject,
        wording.body,
        name,
        *counts,
        latest,
        facts=enrolment.context,
        sender=_writer(message, enrolment),
        language=languages.of_message(message),
    )


def reading(message: OutboundMessage, *, mailbox: Mailbox, tenant: Tenant, latest: Latest) -> Filled:
    """The words of a planned step as they stand now, for a colleague to read. Raises TemplateRefused.

    The same rows are loaded as for `freeze_step`; nothing is written.
    """
    assert message.step is not None
    assert message.enrolment is not None
    words = _of_step(message, message.enrolment, mailbox, tenant, latest)
    filled = _filled(message, words, _context(message, words, tenant))
    return replace(filled, subject=_thread(message, message.step, filled.subject))


def freeze_broadcast(message: OutboundMessage, *, mailbox: Mailbox, tenant: Tenant, latest: Latest) -> Unfit | None:
    """Write the words of a broadcast for its person. The caller saves; None means it is fit to send.

    `message.broadcast.sender.user` and `.candidate` are loaded.
    """
    broadcast = message.broadcast
    assert broadcast is not None
    own = message.sender.user.display_name if message.sender else ""
    name = own or sender_name(source=broadcast, mailbox=mailbox, tenant=tenant)
    counts = (broadcast.tracks_opens, broadcast.tracks_clicks)
    subject, body = message.in_language or (broadcast.subject, broadcast.body)
    sender, language = message.sender or broadcast.sender, languages.of_message(message)
    words = Words(subject, body, name, *counts, latest, sender=sender, language=language)
    unfit = _write(message, words, tenant)
    if unfit is None:
        message.from_header, message.sender = from_header(name, mailbox), sender
    return unfit


def freeze_sender(message: OutboundMessage, *, mailbox: Mailbox, tenant: Tenant) -> None:
    """A single message has its words already: it gets the name and address it comes from; a text message has none."""
    if message.channel == Channel.TEXT:
        return
    name = message.sender.user.display_name if message.sender else mailbox.from_name or tenant.name
    message.from_header = from_header(name, mailbox)


def reply_to(message: OutboundMessage, mailbox: Mailbox) -> str:
    """The plus-address that leads an answer back to this row (RFC 5233), where the mailbox has a domain for it."""
    return f"reply+{message.reply_token}@{mailbox.reply_domain}" if mailbox.reply_domain else ""


def _text_envelope(message: OutboundMessage, account: Mailbox, claim: UUID) -> Envelope:
    """A text message ready to leave."""
    number, to = account.from_address, message.to_address
    raw = twilio.pack(sender=number, to=to, text=message.text, message_id=message.message_id)
    return Envelope(message.tenant_id, message.pk, message.candidate_id, claim, number, to, message.subject, raw)


def envelope(message: OutboundMessage, *, now: datetime) -> Envelope:
    """The bytes of a frozen, reserved message. Raises NotAMail. `message.mailbox` and `.candidate` are loaded."""
    assert message.mailbox is not None
    assert message.claim is not None
    if message.channel == Channel.TEXT:
        return _text_envelope(message, message.mailbox, message.claim)
    is_list_mail = message.enrolment_id is not None or message.broadcast_id is not None
    unsubscribe = tokens.url("unsubscribe", tenant_id=message.tenant_id, row_id=message.pk) if is_list_mail else ""
    draft = Draft(
        from_header=message.from_header,
        to_address=message.to_address,
        to_name=templates.one_line(message.candidate.name),
        subject=templates.one_line(message.subject),
        text=message.text,
        html=message.html,
        message_id=message.message_id,
        sent_at=now,
        reply_to=reply_to(message, message.mailbox),
        in_reply_to=message.in_reply_to,
        references=message.references,
        unsubscribe_url=unsubscribe,
        reference=message.reply_token,
    )
    return Envelope(
        tenant_id=message.tenant_id,
        outbound_id=message.pk,
        candidate_id=message.candidate_id,
        claim=message.claim,
        from_address=message.mailbox.from_address,
        to_address=message.to_address,
        subject=draft.subject,
        raw=mime.build(draft),
        thread=message.answers_thread,
    )
