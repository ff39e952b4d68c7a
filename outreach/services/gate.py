"""The one gate: may this person be written to, for this purpose, now? Planner, composer, preview and sender ask it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from crm.models import Tenant
from crm.tenancy.context import current_tenant_id
from outreach.choices import LEFT_STATES, OPEN_ENROLMENTS, ExclusionReason, MessageState, SequenceStatus
from outreach.models import Enrolment, OutboundMessage, Sequence
from talent.choices import BanReason, BanScope, Channel, ConsentPurpose, LawfulBasis
from talent.filters.clock import here
from talent.models import Candidate, ContactBan, ContactPoint
from talent.services import consents, off_limits, preferences
from talent.services.consents import Standing

MOST_IN_PERIOD = 2  # proactive mails to one person ...
PERIOD = timedelta(days=7)  # ... within this time, over all senders
SMALLEST_GAP = timedelta(hours=20)
CONVERSATION = timedelta(days=14)  # an answer younger than this: a colleague is talking to them
ONLY_AN_ANSWER = "They wrote first, so an answer may go: keep to what they asked."
Stage = Literal["plan", "send"]
ASKED = "asked"  # how the key of an answer begins where the person wrote first
ASK_AGAIN = timedelta(days=1)
OURS = (BanReason.MANUAL,)  # bans of our own making: a manager may make an exception


@dataclass(frozen=True)
class Intent:
    """What is about to be sent. `key` names the purpose: with the person it makes the send key.

    `consent` is the purpose of the consent ledger that it rests on; an answer to somebody rests on their question.
    """

    key: str
    is_proactive: bool = True
    sequence_id: UUID | None = None
    consent: str = ConsentPurpose.CONTACT

    @property
    def is_mailing(self) -> bool:
        """Sent by a plan rather than by a hand."""
        return self.sequence_id is not None or self.consent == ConsentPurpose.NEWS

    @property
    def was_asked(self) -> bool:
        """An answer to somebody who wrote to us first: what we promised their employer is about approaching them."""
        return not self.is_proactive and self.key.startswith(f"{ASKED}:")

    def send_key(self, candidate_id: UUID) -> str:
        return f"{self.key}:{candidate_id}"


@dataclass(frozen=True)
class Verdict:
    """`may` it go? Otherwise why not, in words. `is_final`: never; else perhaps later, at `retry_at` if known."""

    may: bool
    reason: str = ""
    words: str = ""
    is_final: bool = False
    retry_at: datetime | None = None
    address: str = ""
    warning: str = ""  # it may go, but somebody asked for care


def _no(reason: ExclusionReason, words: str = "", *, final: bool = True, retry_at: datetime | None = None) -> Verdict:
    return Verdict(False, str(reason), words or str(reason.label), final, retry_at)


@dataclass
class _Facts:
    """Everything known about a batch of people, read in a handful of queries whatever its size."""

    replied_at: dict[UUID, datetime | None] = field(default_factory=dict)
    addresses: dict[UUID, tuple[str, bool]] = field(default_factory=dict)  # address, has it bounced
    bans: dict[UUID, ContactBan] = field(default_factory=dict)
    consents: dict[UUID, Standing] = field(default_factory=dict)
    needs_consent: bool = False
    off_limits: dict[UUID, str] = field(default_factory=dict)
    warnings: dict[UUID, str] = field(default_factory=dict)
    excepted: set[UUID] = field(default_factory=set)
    planned: set[UUID] = field(default_factory=set)
    contacts: dict[UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    enrolled_at: dict[UUID, datetime] = field(default_factory=dict)
    paused_until: dict[UUID, datetime] = field(default_factory=dict)
    not_before: dict[UUID, datetime] = field(default_factory=dict)


def _addresses(ids: Collection[UUID]) -> dict[UUID, tuple[str, bool]]:
    """Each person's one address to write to: the primary, else the oldest. Another is tried by hand only."""
    rows = ContactPoint.objects.emails().filter(candidate_id__in=ids).order_by("is_primary", "-created_at")
    return {
        c: (value, bounced is not None) for c, value, bounced in rows.values_list("candidate_id", "value", "bounced_at")
    }


def _bans(ids: Collection[UUID], intent: Intent, now: datetime) -> dict[UUID, ContactBan]:
    """Each person's gravest ban on this mail: the person's own word before ours, the newest first."""
    rows = ContactBan.objects.in_force(now).against_mail().filter(candidate_id__in=ids).order_by("banned_at")
    if not intent.is_mailing:
        rows = rows.exclude(scope=BanScope.MARKETING)
    return {ban.candidate_id: ban for ban in sorted(rows, key=lambda b: b.reason not in OURS)}


def _permissions(facts: _Facts, companies: dict[UUID, str], intent: Intent, now: datetime) -> None:
    """Bans, consents, what is off limits, and the exceptions: five queries, whatever the number of people."""
    ids = list(companies)
    facts.bans = _bans(ids, intent, now)
    if intent.is_proactive:
        facts.needs_consent = consents.bases()[intent.consent].lawful == LawfulBasis.CONSENT
        facts.consents = consents.state_of(ids, intent.consent, Channel.EMAIL, now)
    addresses = {person: address for person, (address, _) in facts.addresses.items()}
    listed = off_limits.concerning(companies=companies, addresses=addresses, now=now)
    closed = {p: f"{row.value} is off limits: {row.reason}" for p, row in listed.items() if row.blocks}
    facts.warnings = {p: f"Take care with {row.value}: {row.reason}" for p, row in listed.items() if not row.blocks}
    if intent.was_asked:
        facts.warnings |= {p: f"{words} {ONLY_AN_ANSWER}" for p, words in closed.items()}
    else:
        facts.off_limits = closed
    facts.excepted = set(off_limits.exceptions(ids, now))


def _contacts(ids: Collection[UUID], now: datetime, own: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """When we lately wrote to them of our own accord, oldest first; what is on its way counts as now."""
    rows = (
        OutboundMessage.objects.filter(
            candidate_id__in=ids, is_proactive=True, state__in=[*LEFT_STATES, MessageState.RESERVED]
        )
        .exclude(pk__in=own)
        .values_list("candidate_id", "handed_over_at")
    )
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for candidate_id, moment in rows:
        if moment is None or moment > now - PERIOD:
            found[candidate_id].append(moment or now)
    return {key: sorted(moments) for key, moments in found.items()}


def _facts(ids: Collection[UUID], intent: Intent, now: datetime, stage: Stage, own: Collection[UUID]) -> _Facts:
    people = list(Candidate.objects.filter(pk__in=ids).values_list("pk", "last_replied_at", "current_company"))
    facts = _Facts(replied_at={pk: moment for pk, moment, _ in people}, addresses=_addresses(ids))
    _permissions(facts, {pk: company for pk, _, company in people}, intent, now)
    if intent.is_proactive:
        facts.contacts = _contacts(ids, now, own)
        clock = here(now)
        facts.not_before = {p: clock.midnight(day) for p, day in preferences.paused(ids, clock.today).items()}
    if stage == "plan":
        keys = [intent.send_key(c) for c in ids]
        facts.planned = set(OutboundMessage.objects.filter(send_key__in=keys).values_list("candidate_id", flat=True))
    elif intent.sequence_id is not None:
        rows = Enrolment.objects.filter(sequence_id=intent.sequence_id, candidate_id__in=ids, state__in=OPEN_ENROLMENTS)
        found = list(rows.values_list("candidate_id", "enrolled_at", "paused_until"))
        facts.enrolled_at = {candidate_id: moment for candidate_id, moment, _ in found}
        facts.paused_until = {candidate_id: until for candidate_id, _, until in found if until and until > now}
    return facts


def _pressure(moments: list[datetime], now: datetime) -> Verdict | None:
    """Too much from us of late? The verdict says when the next one fits."""
    if not moments:
        return None
    free_at = moments[-1] + SMALLEST_GAP
    if len(moments) >= MOST_IN_PERIOD:
        free_at = max(free_at, moments[-MOST_IN_PERIOD] + PERIOD)
    if free_at <= now:
        return None
    words = f"They last heard from us on {moments[-1]:%d %B}. The next mail can go on {free_at:%d %B, %H:%M} UTC."
    return _no(ExclusionReason.TOO_MUCH_CONTACT, words, final=False, retry_at=free_at)


def _conversation(replied_at: datetime | None, since: datetime | None, intent: Intent, now: datetime) -> Verdict | None:
    if replied_at is None or not intent.is_proactive:
        return None
    if since is not None and replied_at > since:
        return _no(ExclusionReason.REPLIED, f"They replied on {replied_at:%d %B %Y}.")
    if replied_at > now - CONVERSATION:
        words = f"They wrote to us on {replied_at:%d %B}: a colleague may be in conversation with them."
        return _no(ExclusionReason.IN_CONVERSATION, words, final=False, retry_at=replied_at + CONVERSATION)
    return None


def _not_before(day: datetime | None, now: datetime) -> Verdict | None:
    """All that we begin waits for that day; asked again each day, because the pause may be ended earlier."""
    if day is None:
        return None
    words = f"Outreach to them is paused: nothing before {day:%d %B %Y}."
    return _no(ExclusionReason.PERSON_PAUSED, words, final=False, retry_at=min(day, now + ASK_AGAIN))


def _pause(until: datetime | None) -> Verdict | None:
    """A pause that was set after the mail was planned, even after it was reserved, holds it all the same."""
    if until is None:
        return None
    words = f"Their sequence waits until {until:%d %B, %H:%M} UTC."
    return _no(ExclusionReason.ENROLMENT_PAUSED, words, final=False, retry_at=until)


def _forbidden(candidate: UUID, facts: _Facts) -> Verdict | None:
    """A ban, a company off limits, a consent that is missing. An exception lifts only what we decided ourselves."""
    ban, excepted = facts.bans.get(candidate), candidate in facts.excepted
    if ban is not None and not (excepted and ban.reason in OURS):
        ends = f" Until {ban.until:%d %B %Y}." if ban.until else ""
        return _no(ExclusionReason.BANNED, f"{ban} on {ban.banned_at:%d %B %Y}.{ends}")
    said = facts.consents.get(candidate, Standing())
    if said.is_denied and said.record is not None:
        words = f"They said no: consent {said.label.lower()} on {said.record.occurred_at:%d %B %Y}."
        return _no(ExclusionReason.NO_CONSENT, words)
    if facts.needs_consent and not said.is_given:
        ran_out = said.record.expires_at if said.record is not None else None
        words = f"Their consent ran out on {ran_out:%d %B %Y}." if ran_out else "They have not given consent yet."
        return _no(ExclusionReason.NO_CONSENT, words)
    if candidate in facts.off_limits and not excepted:
        return _no(ExclusionReason.OFF_LIMITS, facts.off_limits[candidate])
    return None


def _judge(candidate: UUID, facts: _Facts, intent: Intent, now: datetime, stage: Stage) -> Verdict:
    """The first thing that stands in the way, gravest first."""
    if candidate not in facts.replied_at:
        return _no(ExclusionReason.UNKNOWN_PERSON)
    forbidden = _forbidden(candidate, facts)
    if forbidden is not None:
        return forbidden
    if candidate not in facts.addresses:
        return _no(ExclusionReason.NO_ADDRESS)
    address, has_bounced = facts.addresses[candidate]
    if has_bounced:
        return _no(ExclusionReason.BOUNCED_ADDRESS, f"Mail to {address} came back.")
    if candidate in facts.planned:
        return _no(ExclusionReason.ALREADY_SENT)
    enrolled_at = facts.enrolled_at.get(candidate)
    if stage == "send" and intent.sequence_id is not None and enrolled_at is None:
        return _no(ExclusionReason.ENROLMENT_OVER)
    late = _conversation(facts.replied_at[candidate], enrolled_at, intent, now)
    late = _not_before(facts.not_before.get(candidate), now) or late
    late = late or _pause(facts.paused_until.get(candidate)) or _pressure(facts.contacts.get(candidate, []), now)
    return late or Verdict(True, address=address, warning=facts.warnings.get(candidate, ""))


def _for_all(intent: Intent, stage: Stage) -> Verdict | None:
    """What stops everybody at once: the kill switch, a sequence that is not active."""
    if Tenant.objects.filter(pk=current_tenant_id(), sending_stopped=True).exists():
        return _no(ExclusionReason.SENDING_STOPPED, final=False)
    if intent.sequence_id is not None and stage == "send":
        status = Sequence.objects.filter(pk=intent.sequence_id).values_list("status", flat=True).first()
        if status != SequenceStatus.ACTIVE:
            return _no(ExclusionReason.SEQUENCE_PAUSED, final=False)
    return None


def verdicts(
    *, candidate_ids: Iterable[UUID], intent: Intent, now: datetime, stage: Stage = "plan", own: Collection[UUID] = ()
) -> dict[UUID, Verdict]:
    """{person: may they be written to for this purpose, at `now`}, in a constant number of queries.

    `stage` "plan" also refuses whoever has this message planned or sent already; "send" asks for a running enrolment
    and an active sequence instead. `own` are ledger rows that do not count as earlier contact: those being judged.
    """
    ids = list(dict.fromkeys(candidate_ids))
    facts = _facts(ids, intent, now, stage, own)
    found = {c: _judge(c, facts, intent, now, stage) for c in ids}
    general = _for_all(intent, stage)
    if general is not None:
        found = {c: v if v.is_final else general for c, v in found.items()}
    return found
