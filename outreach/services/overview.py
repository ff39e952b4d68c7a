"""What the pages of outreach read: lists with their counts, each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from crm.models import Member, Tenant
from outreach.choices import (
    ACCEPTED_STATES,
    PROGRAMS,
    EnrolmentState,
    ExclusionReason,
    MessageEventKind,
    MessageState,
    StepKind,
    StopReason,
)
from outreach.models import Broadcast, Enrolment, MessageEvent, OutboundMessage, Sequence, SequenceStep
from outreach.services import enrolments, freezing, mailboxes, merge_tags, templates
from outreach.services.course import Course
from outreach.services.templates import Rendered, TemplateRefused
from talent.choices import Channel
from talent.models import Candidate
from talent.services import listing

PAGE = 50
NO_WAY_OUT, NO_WHY = "https://example.com/unsubscribe", "https://example.com/why"  # a preview leads nowhere


@dataclass(frozen=True)
class SequenceRow:
    """One line of the list of sequences."""

    sequence: Sequence
    people: int
    in_progress: int
    replied: int

    @property
    def reply_rate(self) -> str:
        return f"{self.replied / self.people:.0%}" if self.people else "–"


def sequence_rows(*, archived: bool = False) -> list[SequenceRow]:
    """The sequences in use, or the archived ones, with their people counted."""
    counts = {
        row["sequence_id"]: row
        for row in Enrolment.objects.order_by()
        .values("sequence_id")
        .annotate(
            people=Count("pk"),
            in_progress=Count("pk", filter=Q(state__in=[EnrolmentState.ACTIVE, EnrolmentState.PAUSED])),
            replied=Count("pk", filter=Q(stop_reason=StopReason.REPLIED)),
        )
    }
    none = {"people": 0, "in_progress": 0, "replied": 0}
    afterwards = _replied_afterwards()
    shown = Sequence.objects.filter(archived_at__isnull=not archived).select_related("sender__user")
    rows = [(s, counts.get(s.pk, none)) for s in shown]
    return [
        SequenceRow(s, found["people"], found["in_progress"], found["replied"] + afterwards.get(s.pk, 0))
        for s, found in rows
    ]


def _replied_afterwards() -> dict[UUID, int]:
    """{sequence: people who answered a mail of it though nothing was left that their answer could have ended}."""
    answers = MessageEvent.objects.filter(kind=MessageEventKind.REPLIED, message__enrolment__isnull=False).order_by()
    others = answers.exclude(message__enrolment__stop_reason=StopReason.REPLIED)
    counted = others.values("message__enrolment__sequence").annotate(n=Count("message__enrolment", distinct=True))
    return dict(counted.values_list("message__enrolment__sequence", "n"))


@dataclass(frozen=True)
class StepResult:
    """What came of one mail of a sequence; opens and clicks of programs are left out."""

    step: UUID
    number: int
    subject: str
    sent: int
    opened: int
    clicked: int
    replied: int
    bounced: int

    @property
    def reply_rate(self) -> str:
        return f"{self.replied / self.sent:.0%}" if self.sent else "–"


def step_results(sequence: Sequence) -> list[StepResult]:
    """For each mail of the sequence as it is now, people counted once each; its earlier versions count in."""
    every = list(SequenceStep.objects.filter(sequence=sequence).select_related("template"))
    keys = {step.pk: step.key for step in every}
    steps = Course(step for step in every if step.version == sequence.version).steps()
    mails = [step for step in steps if step.kind == StepKind.EMAIL]
    sent: dict[UUID, int] = defaultdict(int)
    rows = OutboundMessage.objects.filter(step__sequence=sequence, state__in=ACCEPTED_STATES).order_by()
    for step_id, n in rows.values_list("step_id").annotate(n=Count("pk")):
        sent[keys[step_id]] += n
    hits: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    events = MessageEvent.objects.filter(message__step__sequence=sequence).exclude(by__in=PROGRAMS).order_by()
    for step_id, kind, n in events.values_list("message__step_id", "kind").annotate(n=Count("message", distinct=True)):
        hits[keys[step_id]][kind] += n
    return [_result(step, number, sent[step.key], hits[step.key]) for number, step in enumerate(mails, 1)]


def _result(step: SequenceStep, number: int, sent: int, hits: dict[str, int]) -> StepResult:
    return StepResult(
        step=step.pk,
        number=number,
        subject=step.subject_source,
        sent=sent,
        opened=hits.get(MessageEventKind.OPENED, 0),
        clicked=hits.get(MessageEventKind.CLICKED, 0),
        replied=hits.get(MessageEventKind.REPLIED, 0),
        bounced=hits.get(MessageEventKind.BOUNCED, 0),
    )


def people_of(sequence: Sequence, *, state: str = "", after: UUID | None = None) -> list[Enrolment]:
    """People of a sequence, the newest first, one more than a page.

    `held_words` say why the next mail was put off, `skipped_words` why the last text message did not go.
    """
    planned = OutboundMessage.objects.filter(enrolment=OuterRef("pk"), state=MessageState.PLANNED)
    left_out = OutboundMessage.objects.filter(enrolment=OuterRef("pk"), state=MessageState.EXCLUDED)
    skipped = left_out.filter(channel=Channel.TEXT, excluded_reason__in=enrolments.NO_TEXT).order_by("-settled_at")
    rows = Enrolment.objects.filter(sequence=sequence).select_related("candidate", "segment", "current_step", "task")
    rows = rows.annotate(
        held_words=Subquery(planned.values("put_off_words")[:1]),
        skipped_words=Subquery(skipped.values("excluded_words")[:1]),
    ).order_by("-pk")
    rows = rows.filter(state=state) if state in EnrolmentState.values else rows
    return list(rows.filter(pk__lt=after)[: PAGE + 1] if after else rows[: PAGE + 1])


@dataclass(frozen=True)
class LedgerFilter:
    """Which messages a ledger page shows; empty values are not asked for."""

    sequence_id: UUID | None = None
    broadcast_id: UUID | None = None
    candidate_id: UUID | None = None
    state: str = ""
    reason: str = ""

    def named(self) -> list[tuple[str, UUID]]:
        """What it is narrowed down to, as a query names it."""
        keys = (("sequence", self.sequence_id), ("broadcast", self.broadcast_id), ("candidate", self.candidate_id))
        return [(name, key) for name, key in keys if key]

    def everything(self) -> QuerySet[OutboundMessage]:
        """All rows of this sequence, broadcast or person, whatever their state."""
        rows: QuerySet[OutboundMessage] = OutboundMessage.objects.all()
        if self.sequence_id:
            rows = rows.filter(Q(enrolment__sequence_id=self.sequence_id) | Q(step__sequence_id=self.sequence_id))
        rows = rows.filter(broadcast_id=self.broadcast_id) if self.broadcast_id else rows
        return rows.filter(candidate_id=self.candidate_id) if self.candidate_id else rows

    def rows(self) -> QuerySet[OutboundMessage]:
        rows = self.everything()
        if self.state == "accepted":
            rows = rows.filter(state__in=ACCEPTED_STATES)
        elif self.state == "waiting":
            rows = rows.filter(state__in=[MessageState.PLANNED, MessageState.RESERVED, MessageState.HANDED_OVER])
        elif self.state in MessageState.values:
            rows = rows.filter(state=self.state)
        if self.reason and self.reason not in ExclusionReason.values:
            return rows.none()
        return rows.filter(excluded_reason=self.reason) if self.reason else rows


def ledger_page(chosen: LedgerFilter, *, after: UUID | None = None) -> list[OutboundMessage]:
    """A page of the ledger, the newest first, one row more than it shows."""
    rows = (
        chosen.rows().select_related("candidate", "step__sequence", "enrolment__sequence", "broadcast").order_by("-pk")
    )
    return list(rows.filter(pk__lt=after)[: PAGE + 1] if after else rows[: PAGE + 1])


def neighbours(
    candidate: Candidate | None, among: QuerySet[Candidate] | None = None
) -> tuple[Candidate | None, Candidate | None, Candidate | None]:
    """(previous, this, next) real person to preview with, `among` some or all; the newest when none is chosen."""
    people = (Candidate.objects.all() if among is None else among).order_by("-pk")
    this = candidate or people.first()
    if this is None:
        return None, None, None
    return people.filter(pk__gt=this.pk).last(), this, people.filter(pk__lt=this.pk).first()


@dataclass(frozen=True)
class Preview:
    """A mail as one real person would get it, or why it cannot be made."""

    candidate: Candidate
    rendered: Rendered | None
    problem: str = ""

    @property
    def blanks(self) -> list[str]:
        """Labels of merge tags that would stay blank for this person."""
        tags = self.rendered.blanks if self.rendered else ()
        return [merge_tags.REGISTRY[tag].label for tag in tags if tag in merge_tags.REGISTRY]


@dataclass(frozen=True)
class Signer:
    """Who signs a mail: the name, and the colleague whose address and number merge tags give."""

    name: str = ""
    member: Member | None = None


NOBODY = Signer()


def signed_by(member: Member | None, name: str = "") -> Signer:
    """A colleague, under another name where one is set; nobody: the workspace."""
    return Signer(name or (member.user.display_name if member else ""), member)


@dataclass(frozen=True)
class Place:
    """What a text says of other things than the person: who signs it, what it is about for them; its language."""

    sender: Signer = NOBODY
    facts: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


NOWHERE = Place()


def context_of(
    *, candidate: Candidate, name: str, tenant: Tenant, place: Place, now: datetime
) -> merge_tags.MergeContext:
    """The values of a text that is only looked at, or tried: its links lead nowhere. `name` signs where nobody does."""
    return merge_tags.MergeContext(
        candidate,
        place.sender.name or name or tenant.name,
        tenant.name,
        NO_WAY_OUT,
        NO_WHY,
        place.facts,
        place.sender.member,
        place.language,
        latest=merge_tags.Latest(now),
    )


def preview(
    *, tenant: Tenant, subject: str, body: str, candidate: Candidate, now: datetime, place: Place = NOWHERE
) -> Preview:
    """Render a text for a person as it would go now; nothing is stored and no link counts."""
    name = mailboxes.default_mailbox(tenant).from_name
    context = context_of(candidate=candidate, name=name, tenant=tenant, place=place, now=now)
    try:
        return Preview(candidate, templates.render(subject=subject, body=body, context=context))
    except TemplateRefused as refused:
        return Preview(candidate, None, str(refused))


def sender_of(sequence: Sequence, tenant: Tenant) -> Signer:
    """Who signs the sequence's mails."""
    mailbox = sequence.mailbox or mailboxes.default_mailbox(tenant)
    return Signer(freezing.sender_name(source=sequence, mailbox=mailbox, tenant=tenant), sequence.sender)


def place_of(step: SequenceStep, candidate: Candidate, tenant: Tenant) -> Place:
    """Who signs the mail of a step to somebody, and what it is about for them: both may be those of their enrolment.

    Its language is that of the template's own words.
    """
    rows = Enrolment.objects.open().filter(sequence=step.sequence, candidate=candidate)
    row = rows.select_related("sender__user").first()
    writer = step.sender or (row.sender if row else None)
    sender = signed_by(writer) if writer else sender_of(step.sequence, tenant)
    return Place(sender, row.context if row else {}, step.template.language if step.template else "")


def place_of_broadcast(broadcast: Broadcast) -> Place:
    """The same of a broadcast, which is about nothing in particular for anybody."""
    signer = signed_by(broadcast.sender, broadcast.sender_name)
    return Place(signer, language=broadcast.template.language if broadcast.template else "")


def person(key: UUID) -> Candidate | None:
    return Candidate.objects.filter(pk=key).first()


def called(name: str) -> Candidate | None:
    """Whoever the words fit best."""
    found = listing.pick(name, 1)
    return person(found[0]["pk"]) if found else None


def sequences_with_sender() -> QuerySet[Sequence]:
    rows: QuerySet[Sequence] = Sequence.objects.select_related("sender__user", "mailbox")
    return rows


def steps_with_sequence() -> QuerySet[SequenceStep]:
    names = ("sequence__sender__user", "sequence__mailbox", "sender__user", "template")
    rows = SequenceStep.objects.select_related(*names)
    found: QuerySet[SequenceStep] = rows
    return found


def enrolments_with_person() -> QuerySet[Enrolment]:
    rows: QuerySet[Enrolment] = Enrolment.objects.select_related("candidate")
    return rows


def messages_with_all() -> QuerySet[OutboundMessage]:
    names = ("candidate", "enrolment__sequence", "step__sequence", "broadcast", "mailbox", "topic")
    rows = OutboundMessage.objects.select_related(*names)
    found: QuerySet[OutboundMessage] = rows
    return found
