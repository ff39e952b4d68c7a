"""Why did somebody get this mail? An honest answer in plain words, from what the ledger and the log hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crm.models import Tenant
from outreach.choices import LEFT_STATES, OnLeaving
from outreach.models import BroadcastRecipient, OutboundMessage, Topic
from outreach.services import contact_rules, tokens, topics
from talent.choices import Channel, ConsentPurpose, LawfulBasis
from talent.models import Candidate, Provenance
from talent.services import consents, segments

LAST = 10
LEAVING = {
    OnLeaving.CONTINUE: "These mails go on when you are no longer in it.",
    OnLeaving.REMOVE: "These mails end when you are no longer in it.",
    OnLeaving.PAUSE: "These mails wait while you are not in it.",
}


@dataclass(frozen=True)
class Earlier:
    """A mail that went to them before."""

    subject: str
    sent_at: datetime
    link: str = ""  # to its own answer


@dataclass(frozen=True)
class Why:
    """The answer, part by part; an empty part is not known, or the workspace does not tell it."""

    subject: str
    sender: str
    kind: str  # in what it was sent: one of a series, a mailing, a single mail
    name: str  # of the series or the mailing
    since: datetime | None
    through: str  # the group that put them in
    rule: str  # that group's rule in words
    leaving: str  # what happens when they are no longer in that group
    topic: Topic | None
    source: str
    known_since: datetime
    basis: str
    mails: list[Earlier]


def message_of(pk: object) -> OutboundMessage | None:
    """A message with all that the answer needs."""
    rows = OutboundMessage.objects.filter(pk=pk).select_related(
        "candidate__source",
        "sender__user",
        "topic",
        "enrolment__sequence__topic",
        "enrolment__segment",
        "broadcast__topic",
    )
    found: OutboundMessage | None = rows.first()
    return found


def _basis(candidate: Candidate, purpose: str, now: datetime) -> str:
    """The lawful ground, in words, with the day of a consent."""
    said = consents.state_of([candidate.pk], purpose, Channel.EMAIL, now)[candidate.pk]
    if said.is_given and said.record is not None:
        return f"You agreed on {said.record.occurred_at:%d %B %Y}. You can take that back at any time."
    if consents.bases()[purpose].lawful == LawfulBasis.LEGITIMATE_INTEREST:
        return "We think that it may interest you for your work (legitimate interest). You can object at any time."
    return str(consents.bases()[purpose].lawful.label)


def _source(candidate: Candidate) -> str:
    """Where we have them from: the source that is on record, else what gave us their name first."""
    if candidate.source is not None:
        return str(candidate.source)
    first = (
        Provenance.objects.filter(candidate=candidate).order_by("created_at").values_list("origin", flat=True).first()
    )
    return first or ""


def _group(message: OutboundMessage, now: datetime) -> tuple[str, str]:
    """(its name, its rule in words) of what put them in."""
    if message.enrolment is not None and message.enrolment.segment is not None:
        segment = message.enrolment.segment
        return segment.name, segments.sentence_of(segment, now=now)
    if message.broadcast_id is not None:
        rows = BroadcastRecipient.objects.filter(broadcast=message.broadcast_id, candidate=message.candidate_id)
        return rows.values_list("source_name", flat=True).first() or "", ""
    return "", ""


def _leaving(message: OutboundMessage) -> str:
    enrolment = message.enrolment
    if enrolment is None or enrolment.segment is None:
        return ""
    return LEAVING[OnLeaving(enrolment.sequence.on_leaving)]


def _earlier(message: OutboundMessage) -> list[Earlier]:
    rows = OutboundMessage.objects.filter(candidate=message.candidate_id, state__in=LEFT_STATES)
    found = rows.exclude(pk=message.pk).order_by("-handed_over_at").values_list("subject", "handed_over_at")[:LAST]
    return [Earlier(subject, sent_at) for subject, sent_at in found if sent_at is not None]


def mails_of(candidate: Candidate, limit: int = 100) -> list[Earlier]:
    """What left for somebody, the newest first, each with the address of its answer."""
    rows = OutboundMessage.objects.filter(candidate=candidate, state__in=LEFT_STATES).order_by("-handed_over_at")
    return [
        Earlier(subject, sent_at, tokens.url("why", tenant_id=candidate.tenant_id, row_id=pk))
        for pk, subject, sent_at in rows.values_list("pk", "subject", "handed_over_at")[:limit]
        if sent_at is not None
    ]


def answer(message: OutboundMessage, tenant: Tenant, now: datetime) -> Why:
    """Why this message was sent. `message` comes from `message_of`."""
    plan = message.broadcast or (message.enrolment.sequence if message.enrolment else None)
    topic = topics.of(message)
    tells = contact_rules.current().tells_names
    group, rule = _group(message, now) if tells else ("", "")
    series = "one of a series of mails" if message.enrolment else "a single mail, written to you"
    return Why(
        subject=message.subject,
        sender=message.sender.user.display_name if message.sender else tenant.name,
        kind="a mail that went to a group of people" if message.broadcast else series,
        name=plan.name if plan is not None and tells else "",
        since=message.enrolment.enrolled_at if message.enrolment else message.handed_over_at,
        through=group,
        rule=rule,
        leaving=_leaving(message) if tells else "",
        topic=topic,
        source=_source(message.candidate),
        known_since=message.candidate.created_at,
        basis=_basis(message.candidate, topic.purpose if topic else ConsentPurpose.CONTACT, now),
        mails=_earlier(message),
    )
