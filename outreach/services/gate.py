"""The one gate: may this person be written to, for this purpose, now? Planner, composer, preview and sender ask it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from crm.models import Tenant
from crm.tenancy.context import current_tenant_id
from outreach.choices import ExclusionReason
from outreach.models import SendingPolicy
from outreach.services import contact_rules, gate_facts, gate_screen
from outreach.services.gate_facts import OURS, Facts, Reading, Stage
from outreach.services.gate_words import (
    ASKED,
    BY_TEXT,
    UNTIL_HELD,
    Intent,
    Verdict,
    applied,
    broadcast_stands,
    colleague_lately,
    colleague_wrote,
    conversation,
    displaced,
    is_last,
    no,
    not_before,
    open_application,
    other_sequence,
    outside,
    pause,
    pressure,
    quiet,
    rarely,
    spacing,
)
from talent.choices import Channel
from talent.services.consents import Standing

__all__ = ["ASKED", "BY_TEXT", "Intent", "Verdict", "verdicts"]


def _forbidden(candidate: UUID, facts: Facts) -> Verdict | None:
    """A ban, a company off limits, a consent that is missing. An exception lifts only what we decided ourselves."""
    ban, excepted = facts.bans.get(candidate), candidate in facts.excepted
    if ban is not None and not (excepted and ban.reason in OURS):
        ends = f" Until {ban.until:%d %B %Y}." if ban.until else ""
        return no(ExclusionReason.BANNED, f"{ban} on {ban.banned_at:%d %B %Y}.{ends}")
    said = facts.consents.get(candidate, Standing())
    if said.is_denied and said.record is not None:
        words = f"They said no: consent {said.label.lower()} on {said.record.occurred_at:%d %B %Y}."
        return no(ExclusionReason.NO_CONSENT, words)
    if facts.needs_consent and not said.is_given:
        ran_out = said.record.expires_at if said.record is not None else None
        words = f"Their consent ran out on {ran_out:%d %B %Y}." if ran_out else "They have not given consent yet."
        return no(ExclusionReason.NO_CONSENT, words)
    if candidate in facts.topic_off:
        return no(ExclusionReason.TOPIC_OFF, "They turned this topic off.")
    if candidate in facts.off_limits and not excepted:
        return no(ExclusionReason.OFF_LIMITS, facts.off_limits[candidate])
    return None


def _unreachable(candidate: UUID, facts: Facts, intent: Intent, stage: Stage) -> Verdict | None:
    """No address, a dead one, planned already, no longer in the sequence."""
    if candidate not in facts.addresses:
        return no(ExclusionReason.NO_ADDRESS, "" if intent.channel == Channel.EMAIL else "No telephone number.")
    address, has_bounced = facts.addresses[candidate]
    if has_bounced:
        return no(ExclusionReason.BOUNCED_ADDRESS, f"Mail to {address} came back.")
    if candidate in facts.planned:
        return no(ExclusionReason.ALREADY_SENT)
    if stage == "send" and intent.sequence_id is not None and candidate not in facts.enrolled_at:
        return no(ExclusionReason.ENROLMENT_OVER)
    return None


def _not_yet(candidate: UUID, facts: Facts, intent: Intent, now: datetime) -> Verdict | None:
    """What keeps back a mail that we begin, until later; an answer goes."""
    if not intent.is_proactive:
        return _waits(candidate, facts, now)
    rules, wall, contacts = facts.rules, facts.wall, facts.contacts.get(candidate, [])
    ends_at_reply = facts.sequence is not None and facts.sequence.stops_on_reply
    since = facts.enrolled_at.get(candidate) if ends_at_reply else None
    found = not_before(facts.not_before.get(candidate))
    found = found or conversation(facts.conversations.get(candidate), since, intent, rules, now)
    found = found or _waits(candidate, facts, now)
    if found is None and intent.sequence_id is not None:
        several = None if rules.allows_several else facts.other_sequences.get(candidate)
        found = other_sequence(several) or applied(facts.applications.get(candidate), now)
    found = found or _later(
        pressure(contacts, rules, wall, now),
        spacing(contacts, intent, rules, wall, now),
        rarely(contacts, facts.rarely.get(candidate, 0), wall, now),
    )
    found = found or displaced(contacts, facts.ahead.get(candidate, []), intent, rules, wall, now)
    if found is None and candidate in facts.wishes:
        return quiet(facts.wishes[candidate].hours, facts.opens_at[candidate], wall, now, intent.channel)
    return found


def _waits(candidate: UUID, facts: Facts, now: datetime) -> Verdict | None:
    """Their enrolment is paused."""
    return outside(facts.outside.get(candidate), now) or pause(facts.paused_until.get(candidate))


def _later(*verdicts: Verdict | None) -> Verdict | None:
    """Of several reasons to wait the one that lasts longest."""
    waits = [(v.retry_at, v) for v in verdicts if v is not None and v.retry_at is not None]
    return max(waits, key=lambda one: one[0])[1] if waits else None


def _care(candidate: UUID, facts: Facts, intent: Intent, now: datetime) -> str:
    """It may go, but: what somebody should know before."""
    said = [facts.warnings.get(candidate, "")]
    if intent.sequence_id is None and candidate in facts.applications:
        said.append(open_application(facts.applications[candidate]))
    if candidate in facts.other_sequences:
        said.append(f"They are in the sequence “{facts.other_sequences[candidate]}” already.")
    if not intent.is_proactive:
        lately = colleague_lately(facts.contacts.get(candidate, []), intent, facts.rules, now)
        said.append(colleague_wrote(lately, facts.wall) if lately else "")
    if candidate in facts.coming:
        coming = facts.coming[candidate]
        said.append(f"A mail of {coming.sender} to them is planned for {facts.wall.time(coming.at)}.")
    return " ".join(filter(None, said))


def _judge(candidate: UUID, facts: Facts, intent: Intent, now: datetime, stage: Stage) -> Verdict:
    """The first thing that stands in the way, gravest first."""
    if candidate not in facts.replied_at:
        return no(ExclusionReason.UNKNOWN_PERSON)
    against = _forbidden(candidate, facts) or _unreachable(candidate, facts, intent, stage)
    against = against or _not_yet(candidate, facts, intent, now)
    return against or _may(candidate, facts, intent, now)


def _may(candidate: UUID, facts: Facts, intent: Intent, now: datetime) -> Verdict:
    return Verdict(
        True,
        address=facts.addresses[candidate][0],
        warning=_care(candidate, facts, intent, now),
        is_last=intent.is_proactive and is_last(facts.contacts.get(candidate, []), facts.rules, now),
    )


def _for_all(facts: Facts, intent: Intent, stage: Stage, now: datetime) -> Verdict | None:
    """What stops everybody at once: the kill switch, a sequence or broadcast that does not go out."""
    if Tenant.objects.filter(pk=current_tenant_id(), sending_stopped=True).exists():
        return no(ExclusionReason.SENDING_STOPPED, final=False)
    if intent.sequence_id is not None and stage == "send" and not (facts.sequence and facts.sequence.is_active):
        return no(ExclusionReason.SEQUENCE_PAUSED, final=False, retry_at=now + UNTIL_HELD)
    if intent.broadcast_id is not None and stage == "send":
        return broadcast_stands(gate_facts.broadcast_status(intent.broadcast_id), now)
    return None


def verdicts(
    *,
    candidate_ids: Iterable[UUID],
    intent: Intent,
    now: datetime,
    stage: Stage = "plan",
    own: Collection[UUID] = (),
    rules: SendingPolicy | None = None,
) -> dict[UUID, Verdict]:
    """{person: may they be written to for this purpose, at `now`}, in a constant number of queries.

    `stage` "plan" also refuses whoever has this message planned or sent already; "send" asks for a running enrolment
    and an active sequence instead. `own` are ledger rows that do not count as earlier contact: those being judged.
    `rules` are those in force, for whoever asks several times in a row.
    """
    ids = list(dict.fromkeys(candidate_ids))
    read = Reading(intent, now, stage, frozenset(own), rules or contact_rules.current())
    clear = _clear(ids, read) if intent.is_proactive and intent.channel == Channel.EMAIL else {}
    rest = [c for c in ids if c not in clear]
    facts = gate_facts.read(rest, read) if rest else gate_facts.of_nobody(read)
    found = {c: clear[c] if c in clear else _judge(c, facts, intent, now, stage) for c in ids}
    general = _for_all(facts, intent, stage, now)
    if general is not None:
        found = {c: v if v.is_final else general for c, v in found.items()}
    return found


def _clear(ids: Collection[UUID], asked: Reading) -> dict[UUID, Verdict]:
    """Those whom nothing keeps back, told by one statement; `_judge` says the same of them, in more time."""
    found = gate_screen.clear(ids, asked.intent, asked.stage, asked.now, asked.own, asked.rules)
    return {person: Verdict(True, address=address, is_last=last) for person, (address, last) in found.items()}
