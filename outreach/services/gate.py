"""The one gate: may this person be written to, for this purpose, now? Planner, composer, preview and sender ask it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from crm.models import Tenant
from crm.tenancy.context import current_tenant_id
from outreach.choices import ExclusionReason, SequenceStatus
from outreach.models import Sequence
from outreach.services import gate_facts
from outreach.services.gate_facts import OURS, Facts, Stage
from outreach.services.gate_words import ASKED, Intent, Verdict, conversation, no, not_before, pause, pressure
from talent.services.consents import Standing

__all__ = ["ASKED", "Intent", "Verdict", "verdicts"]


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
    if candidate in facts.off_limits and not excepted:
        return no(ExclusionReason.OFF_LIMITS, facts.off_limits[candidate])
    return None


def _judge(candidate: UUID, facts: Facts, intent: Intent, now: datetime, stage: Stage) -> Verdict:
    """The first thing that stands in the way, gravest first."""
    if candidate not in facts.replied_at:
        return no(ExclusionReason.UNKNOWN_PERSON)
    forbidden = _forbidden(candidate, facts)
    if forbidden is not None:
        return forbidden
    if candidate not in facts.addresses:
        return no(ExclusionReason.NO_ADDRESS)
    address, has_bounced = facts.addresses[candidate]
    if has_bounced:
        return no(ExclusionReason.BOUNCED_ADDRESS, f"Mail to {address} came back.")
    if candidate in facts.planned:
        return no(ExclusionReason.ALREADY_SENT)
    enrolled_at = facts.enrolled_at.get(candidate)
    if stage == "send" and intent.sequence_id is not None and enrolled_at is None:
        return no(ExclusionReason.ENROLMENT_OVER)
    late = conversation(facts.replied_at[candidate], enrolled_at, intent, now)
    late = not_before(facts.not_before.get(candidate), now) or late
    late = late or pause(facts.paused_until.get(candidate)) or pressure(facts.contacts.get(candidate, []), now)
    return late or Verdict(True, address=address, warning=facts.warnings.get(candidate, ""))


def _for_all(intent: Intent, stage: Stage) -> Verdict | None:
    """What stops everybody at once: the kill switch, a sequence that is not active."""
    if Tenant.objects.filter(pk=current_tenant_id(), sending_stopped=True).exists():
        return no(ExclusionReason.SENDING_STOPPED, final=False)
    if intent.sequence_id is not None and stage == "send":
        status = Sequence.objects.filter(pk=intent.sequence_id).values_list("status", flat=True).first()
        if status != SequenceStatus.ACTIVE:
            return no(ExclusionReason.SEQUENCE_PAUSED, final=False)
    return None


def verdicts(
    *, candidate_ids: Iterable[UUID], intent: Intent, now: datetime, stage: Stage = "plan", own: Collection[UUID] = ()
) -> dict[UUID, Verdict]:
    """{person: may they be written to for this purpose, at `now`}, in a constant number of queries.

    `stage` "plan" also refuses whoever has this message planned or sent already; "send" asks for a running enrolment
    and an active sequence instead. `own` are ledger rows that do not count as earlier contact: those being judged.
    """
    ids = list(dict.fromkeys(candidate_ids))
    facts = gate_facts.read(ids, intent, now, stage, own)
    found = {c: _judge(c, facts, intent, now, stage) for c in ids}
    general = _for_all(intent, stage)
    if general is not None:
        found = {c: v if v.is_final else general for c, v in found.items()}
    return found
