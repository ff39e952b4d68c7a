"""What the gate knows about a batch of people: everything that a verdict rests on, read in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from outreach.choices import LEFT_STATES, OPEN_ENROLMENTS, MessageState
from outreach.models import Enrolment, OutboundMessage
from outreach.services.gate_words import PERIOD, Intent
from talent.choices import BanReason, BanScope, Channel, LawfulBasis
from talent.filters.clock import here
from talent.models import Candidate, ContactBan, ContactPoint
from talent.services import consents, off_limits, preferences
from talent.services.consents import Standing

Stage = Literal["plan", "send"]
ONLY_AN_ANSWER = "They wrote first, so an answer may go: keep to what they asked."
OURS = (BanReason.MANUAL,)  # bans of our own making: a manager may make an exception


@dataclass
class Facts:
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


def _permissions(facts: Facts, companies: dict[UUID, str], intent: Intent, now: datetime) -> None:
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


def read(ids: Collection[UUID], intent: Intent, now: datetime, stage: Stage, own: Collection[UUID]) -> Facts:
    people = list(Candidate.objects.filter(pk__in=ids).values_list("pk", "last_replied_at", "current_company"))
    facts = Facts(replied_at={pk: moment for pk, moment, _ in people}, addresses=_addresses(ids))
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
