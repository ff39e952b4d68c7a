"""What the gate knows about a batch of people: everything that a verdict rests on, read in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from crm.models import Member, User
from outreach.choices import LEFT_STATES, OPEN_ENROLMENTS, Frequency, MessageEventKind, MessageState, Priority
from outreach.models import (
    Broadcast,
    Enrolment,
    MailFrequency,
    MessageEvent,
    OutboundMessage,
    SendingPolicy,
    Sequence,
    TopicOptOut,
)
from outreach.services import contacts, planner
from outreach.services.gate_words import WEEK, Ahead, Contact, Conversation, Intent, Wall
from outreach.services.planner import Window
from talent.choices import BanReason, BanScope, Channel, ContactKind, LawfulBasis
from talent.filters.clock import Clock, here
from talent.models import Application, Candidate, ContactBan, ContactPoint
from talent.services import consents, off_limits, preferences
from talent.services.consents import Standing
from talent.services.preferences import NO_WISHES, Wishes

Stage = Literal["plan", "send"]
ONLY_AN_ANSWER = "They wrote first, so an answer may go: keep to what they asked."
DAY = time(8), time(21)  # text messages wake people: by their own clock, unless they asked for other hours
OURS = (BanReason.MANUAL,)  # bans of our own making: a manager may make an exception


@dataclass
class Facts:
    """Everything known about a batch of people, read in a handful of queries whatever its size."""

    rules: SendingPolicy
    wall: Wall
    replied_at: dict[UUID, datetime | None] = field(default_factory=dict)
    addresses: dict[UUID, tuple[str, bool]] = field(default_factory=dict)  # address, has it bounced
    bans: dict[UUID, ContactBan] = field(default_factory=dict)
    consents: dict[UUID, Standing] = field(default_factory=dict)
    needs_consent: bool = False
    off_limits: dict[UUID, str] = field(default_factory=dict)
    warnings: dict[UUID, str] = field(default_factory=dict)
    excepted: set[UUID] = field(default_factory=set)
    planned: set[UUID] = field(default_factory=set)
    contacts: dict[UUID, list[Contact]] = field(default_factory=dict)  # of ours, oldest first
    coming: dict[UUID, Contact] = field(default_factory=dict)  # planned by another colleague, the first
    conversations: dict[UUID, Conversation] = field(default_factory=dict)
    applications: dict[UUID, str] = field(default_factory=dict)  # the job of an open one
    other_sequences: dict[UUID, str] = field(default_factory=dict)
    opens_at: dict[UUID, datetime] = field(default_factory=dict)  # by the hours they asked for
    wishes: dict[UUID, Wishes] = field(default_factory=dict)
    sequence: Sequence | None = None
    enrolled_at: dict[UUID, datetime] = field(default_factory=dict)
    ahead: dict[UUID, list[Ahead]] = field(default_factory=dict)  # planned, and matters more
    topic_off: set[UUID] = field(default_factory=set)
    rarely: dict[UUID, int] = field(default_factory=dict)  # days between two mails, as they asked
    paused_until: dict[UUID, datetime] = field(default_factory=dict)
    outside: dict[UUID, str] = field(default_factory=dict)  # the segment that they must be in again before it goes on
    not_before: dict[UUID, datetime] = field(default_factory=dict)


def _addresses(ids: Collection[UUID], channel: str) -> dict[UUID, tuple[str, bool]]:
    """Each person's one address to write to: the primary, else the oldest. Another is tried by hand only."""
    is_text = channel == Channel.TEXT
    rows = ContactPoint.objects.filter(kind=ContactKind.PHONE) if is_text else ContactPoint.objects.emails()
    rows = rows.filter(candidate_id__in=ids).order_by("is_primary", "-created_at")
    values = rows.values_list("candidate_id", "normal" if is_text else "value", "bounced_at")
    return {c: (value, bounced is not None) for c, value, bounced in values if not is_text or value.startswith("+")}


def _bans(ids: Collection[UUID], intent: Intent, now: datetime) -> dict[UUID, ContactBan]:
    """Each person's gravest ban on this mail: the person's own word before ours, the newest first."""
    rows = ContactBan.objects.in_force(now).filter(candidate_id__in=ids).order_by("banned_at")
    rows = rows.exclude(~Q(channel=intent.channel), scope=BanScope.CHANNEL)
    if not intent.is_mailing:
        rows = rows.exclude(scope=BanScope.MARKETING)
    return {ban.candidate_id: ban for ban in sorted(rows, key=lambda b: b.reason not in OURS)}


def _permissions(facts: Facts, companies: dict[UUID, str], intent: Intent, now: datetime) -> None:
    """Bans, consents, what is off limits, and the exceptions: five queries, whatever the number of people."""
    ids = list(companies)
    facts.bans = _bans(ids, intent, now)
    if intent.is_proactive:
        basis = consents.bases()[intent.consent].lawful
        facts.needs_consent = basis == LawfulBasis.CONSENT or intent.channel == Channel.TEXT  # of any person texted
        facts.consents = consents.state_of(ids, intent.consent, Channel(intent.channel), now)
    addresses = {person: address for person, (address, _) in facts.addresses.items()}
    listed = off_limits.concerning(companies=companies, addresses=addresses, now=now)
    closed = {p: f"{row.value} is off limits: {row.reason}" for p, row in listed.items() if row.blocks}
    facts.warnings = {p: f"Take care with {row.value}: {row.reason}" for p, row in listed.items() if not row.blocks}
    if intent.was_asked:
        facts.warnings |= {p: f"{words} {ONLY_AN_ANSWER}" for p, words in closed.items()}
    else:
        facts.off_limits = closed
    facts.excepted = set(off_limits.exceptions(ids, now))


def _name(name: str | None, email: str | None) -> str:
    return User(name=name or "", email=email or "").display_name


def _contacts(
    ids: Collection[UUID], rules: SendingPolicy, now: datetime, own: Collection[UUID]
) -> dict[UUID, list[Contact]]:
    """What we lately began with them, over all senders and channels, oldest first; what is on its way counts as now."""
    since = now - max(
        timedelta(days=max(Frequency.values)), timedelta(days=rules.sender_gap_days), timedelta(hours=rules.gap_hours)
    )
    rows = (
        OutboundMessage.objects.filter(
            Q(handed_over_at=None) | Q(handed_over_at__gt=since),
            candidate_id__in=ids,
            is_proactive=True,
            state__in=[*LEFT_STATES, MessageState.RESERVED],
        )
        .exclude(pk__in=own)
        .values_list("candidate_id", "handed_over_at", "sender_id", "sender__user__name", "sender__user__email")
    )
    found: dict[UUID, list[Contact]] = defaultdict(list)
    for candidate_id, moment, sender_id, name, email in rows:
        found[candidate_id].append(Contact(moment or now, sender_id, _name(name, email)))
    for candidate_id, contact in contacts.touches(ids, since):
        found[candidate_id].append(contact)
    return {person: sorted(theirs, key=lambda one: one.at) for person, theirs in found.items()}


def _coming(ids: Collection[UUID], intent: Intent, until: datetime) -> dict[UUID, Contact]:
    """The first mail that another colleague has planned for them, if it goes before that moment."""
    rows = OutboundMessage.objects.filter(
        candidate_id__in=ids, state=MessageState.PLANNED, is_held=False, is_proactive=True, due_at__lt=until
    ).annotate(whose=Coalesce("sender", "enrolment__sender", "enrolment__sequence__sender", "broadcast__sender"))
    named = Member.objects.filter(pk=OuterRef("whose")).values("user__name", "user__email")
    found = (
        rows.exclude(whose=None)
        .exclude(whose=intent.sender_id)
        .order_by("-due_at")
        .annotate(name=Subquery(named.values("user__name")), email=Subquery(named.values("user__email")))
    )
    values = found.values_list("candidate_id", "due_at", "whose", "name", "email")
    return {person: Contact(due_at, whose, _name(name, email)) for person, due_at, whose, name, email in values}


def _conversations(replied_at: dict[UUID, datetime], rules: SendingPolicy, now: datetime) -> dict[UUID, Conversation]:
    """Those who wrote to us, with who talks to those who wrote lately: whose mail they answered, who answered them."""
    since = now - timedelta(days=rules.conversation_days)
    lately = [person for person, moment in replied_at.items() if moment > since]
    replies = MessageEvent.objects.filter(message=OuterRef("pk"), kind=MessageEventKind.REPLIED, occurred_at__gt=since)
    rows = OutboundMessage.objects.filter(
        Q(is_proactive=False, handed_over_at__gt=since) | Exists(replies),
        candidate_id__in=lately,
        state__in=LEFT_STATES,
    )
    talkers: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    named = ("sender_id", "sender__user__name", "sender__user__email", "enrolment__sequence_id")
    for person, sender_id, name, email, sequence_id in rows.values_list("candidate_id", *named):
        found = {sender_id: _name(name, email), sequence_id: ""}
        talkers[person] |= {one: words for one, words in found.items() if one is not None}
    return {
        person: Conversation(
            moment, talkers[person].keys(), " and ".join(sorted(filter(None, talkers[person].values())))
        )
        for person, moment in replied_at.items()
    }


def _ahead(ids: Collection[UUID], intent: Intent, now: datetime) -> dict[UUID, list[Ahead]]:
    """Planned mails of the next 7 days that matter more than this one, the first due first; none before one by hand."""
    if intent.priority == Priority.BY_HAND:
        return {}
    rows = OutboundMessage.objects.filter(
        candidate_id__in=ids,
        state=MessageState.PLANNED,
        is_held=False,
        is_proactive=True,
        due_at__lt=now + WEEK,
        priority__lt=intent.priority,
    ).annotate(
        whose=Coalesce("sender", "enrolment__sender", "enrolment__sequence__sender", "broadcast__sender"),
        plan=Coalesce("enrolment__sequence__name", "broadcast__name", "subject"),
    )
    found: dict[UUID, list[Ahead]] = defaultdict(list)
    for person, due_at, whose, plan in rows.order_by("due_at").values_list("candidate_id", "due_at", "whose", "plan"):
        found[person].append(Ahead(due_at, whose, plan))
    return found


def _without_topic(ids: Collection[UUID], topic_id: UUID | None) -> set[UUID]:
    """Those who turned a topic off; a mail without a topic is nobody's to turn off."""
    if topic_id is None:
        return set()
    return set(TopicOptOut.objects.filter(topic=topic_id, candidate_id__in=ids).values_list("candidate_id", flat=True))


def _what_we_begin(facts: Facts, zones: dict[UUID, str], intent: Intent, clock: Clock) -> None:
    """What holds, or asks for care with, what we begin: six queries at most, whatever the number of people."""
    ids, now, is_text = list(zones), clock.now, intent.channel == Channel.TEXT
    replied = {person: moment for person, moment in facts.replied_at.items() if moment is not None}
    if intent.is_mailing:
        facts.topic_off = _without_topic(ids, intent.topic_id)
        rows = MailFrequency.objects.filter(candidate_id__in=ids)
        facts.rarely = dict(rows.values_list("candidate_id", "days"))
    facts.conversations = _conversations(replied, facts.rules, now)
    facts.applications = dict(
        Application.objects.open().filter(candidate_id__in=ids).values_list("candidate_id", "job__title")
    )
    wished = preferences.of_many(ids)
    for person, wishes in ({p: wished.get(p, NO_WISHES) for p in ids} if is_text else wished).items():
        if wishes.paused_until and wishes.paused_until > clock.today:
            facts.not_before[person] = clock.midnight(wishes.paused_until)
        if is_text and not wishes.has_hours:
            wishes = replace(wishes, hours_from=DAY[0], hours_until=DAY[1])
        if wishes.has_hours:
            facts.wishes[person] = wishes
            window = Window(zone=zones[person] or str(clock.zone), wishes=wishes)
            facts.opens_at[person] = planner.fit(now, window)


def _before_planning(facts: Facts, ids: Collection[UUID], intent: Intent, now: datetime) -> None:
    """What is planned already, for this purpose and for others."""
    keys = [intent.send_key(c) for c in ids]
    facts.planned = set(OutboundMessage.objects.filter(send_key__in=keys).values_list("candidate_id", flat=True))
    facts.coming = _coming(ids, intent, now + timedelta(days=facts.rules.sender_gap_days))
    if intent.sequence_id is not None:
        others = Enrolment.objects.open().filter(candidate_id__in=ids).exclude(sequence_id=intent.sequence_id)
        facts.other_sequences = dict(others.values_list("candidate_id", "sequence__name"))


def _before_sending(facts: Facts, ids: Collection[UUID], sequence_id: UUID, now: datetime) -> None:
    """The sequence, and who is still in it."""
    facts.sequence = Sequence.objects.filter(pk=sequence_id).first()
    rows = Enrolment.objects.filter(sequence_id=sequence_id, candidate_id__in=ids, state__in=OPEN_ENROLMENTS)
    names = ("candidate_id", "enrolled_at", "paused_until", "outside_since", "segment__name")
    found = list(rows.values_list(*names, named=True))
    facts.enrolled_at = {row.candidate_id: row.enrolled_at for row in found}
    facts.paused_until = {r.candidate_id: r.paused_until for r in found if r.paused_until and r.paused_until > now}
    facts.outside = {r.candidate_id: r.segment__name or "" for r in found if r.outside_since}


@dataclass(frozen=True)
class Reading:
    """What facts are read for: an intent, a moment and a stage; which ledger rows do not count; the rules in force."""

    intent: Intent
    now: datetime
    stage: Stage
    own: frozenset[UUID]
    rules: SendingPolicy


def read(ids: Collection[UUID], asked: Reading) -> Facts:
    """All that the gate judges these people by."""
    intent, now, stage, rules, clock = asked.intent, asked.now, asked.stage, asked.rules, here(asked.now)
    columns = ("pk", "last_replied_at", "current_company", "time_zone")
    people = list(Candidate.objects.filter(pk__in=ids).values_list(*columns))
    facts = Facts(rules, Wall(clock.zone), {pk: moment for pk, moment, *_ in people}, _addresses(ids, intent.channel))
    _permissions(facts, {pk: company for pk, _, company, _ in people}, intent, now)
    if intent.is_proactive:
        _what_we_begin(facts, {pk: zone for pk, *_, zone in people}, intent, clock)
    if intent.is_proactive or stage == "plan":
        facts.contacts = _contacts(ids, rules, now, asked.own)
    if stage == "send" and intent.is_mailing:
        facts.ahead = _ahead(ids, intent, now)
    if stage == "plan":
        _before_planning(facts, ids, intent, now)
    elif intent.sequence_id is not None:
        _before_sending(facts, ids, intent.sequence_id, now)
    return facts


def of_nobody(asked: Reading) -> Facts:
    """What holds for everybody: the sequence."""
    facts = Facts(asked.rules, Wall(here(asked.now).zone))
    if asked.stage == "send" and asked.intent.sequence_id is not None:
        facts.sequence = Sequence.objects.filter(pk=asked.intent.sequence_id).first()
    return facts


def broadcast_status(broadcast_id: UUID) -> str:
    """How a broadcast stands; "" for one that is gone."""
    return Broadcast.objects.filter(pk=broadcast_id).values_list("status", flat=True).first() or ""
