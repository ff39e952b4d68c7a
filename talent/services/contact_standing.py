"""May we write to one person? Consents, bans, pauses, what is off limits and exceptions, read together, in words.

The gate (`outreach.services.gate`) judges a mail. This tells a colleague what stands: the strictest comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from crm import together
from crm.together import Asked, Word
from crm.unseen import one_line
from talent.choices import BanReason, BanScope, Channel, ConsentPurpose, LawfulBasis
from talent.models import (
    Candidate,
    ConsentRecord,
    ContactBan,
    ContactException,
    ContactPreference,
    OffLimitsCompany,
    PurposeBasis,
)
from talent.services import consents, off_limits
from talent.services.consents import Basis, Standing

MOST = 1000  # records of one person
WHY = {
    BanReason.UNSUBSCRIBED: "they unsubscribed",
    BanReason.ASKED_TO_STOP: "they asked us to stop",
    BanReason.COMPLAINED: "they reported our mail as spam",
    BanReason.MANUAL: "our own decision",
}
OURS = (BanReason.MANUAL,)  # bans of our own making: an exception lifts them


@dataclass(frozen=True)
class Questions:
    """What it is read from."""

    ledger: Asked[ConsentRecord]
    purposes: Asked[PurposeBasis]
    bans: Asked[ContactBan]
    listed: Asked[OffLimitsCompany]
    exceptions: Asked[ContactException]
    wishes: Asked[ContactPreference]


def asks(candidate: Candidate) -> Questions:
    """The questions about one person; without the time, so that whoever reads together asks each once."""
    return _asks(candidate.pk, Word(one_line(candidate.current_company)))


@together.planned
def _asks(person: UUID, company: str) -> Questions:
    mine = {"candidate_id": person}
    return Questions(
        ledger=ConsentRecord.objects.of_people([person]).newest_first().select_related("wording")[:MOST],
        purposes=PurposeBasis.objects.all(),
        bans=ContactBan.objects.unlifted().filter(**mine),
        listed=off_limits.about(person, company),
        exceptions=ContactException.objects.unended().filter(**mine),
        wishes=ContactPreference.objects.filter(**mine),
    )


@dataclass(frozen=True)
class Line:
    """One purpose: what it rests on, what the person said of it by mail, and what they said otherwise of a channel."""

    purpose: ConsentPurpose
    basis: Basis
    standing: Standing
    others: Sequence[tuple[Channel, Standing]]

    @property
    def is_needed(self) -> bool:
        """Whether nothing is done for this purpose without a consent."""
        return self.basis.lawful == LawfulBasis.CONSENT


@dataclass(frozen=True)
class Sentence:
    """What decides, for a colleague: `tone` is success, warning or error."""

    tone: str
    words: str


@dataclass(frozen=True)
class ContactStanding:
    """Everything that says whether one person may be written to."""

    lines: Sequence[Line]
    bans: Sequence[ContactBan]  # the strictest first
    listed: Sequence[OffLimitsCompany]
    exceptions: Sequence[ContactException]  # the longest first
    history: Sequence[ConsentRecord]  # the newest first
    sentence: Sentence

    @property
    def exception(self) -> ContactException | None:
        return next(iter(self.exceptions), None)


def of(candidate: Candidate, now: datetime) -> ContactStanding:
    """What stands at `now`."""
    ask = asks(candidate)
    with together.reading_if_alone(vars(ask).values()):
        return _read(ask, now)


def _read(ask: Questions, now: datetime) -> ContactStanding:
    history = together.rows(ask.ledger)
    known = {r.purpose: Basis(LawfulBasis(r.basis), r.valid_months) for r in together.rows(ask.purposes)}
    lines = [_line(purpose, known.get(purpose, Basis()), history, now) for purpose in ConsentPurpose]
    bans = sorted((b for b in together.rows(ask.bans) if b.holds(now)), key=_gravity)
    listed = sorted((r for r in together.rows(ask.listed) if r.holds(now)), key=lambda r: not r.blocks)
    held = [e for e in together.rows(ask.exceptions) if e.holds(now)]
    exceptions = sorted(held, key=lambda e: e.until, reverse=True)
    pause = next((wish.paused_until for wish in together.rows(ask.wishes)), None)
    quiet_until = pause if pause and pause > timezone.localdate(now) else None
    sentence = _sentence(lines, bans, listed, exceptions, quiet_until)
    return ContactStanding(lines, bans, listed, exceptions, history, sentence)


def _line(purpose: ConsentPurpose, basis: Basis, history: Sequence[ConsentRecord], now: datetime) -> Line:
    about = [r for r in history if r.purpose == purpose]
    newest = {c: next((r for r in about if r.channel in ("", c)), None) for c in Channel}
    mail = newest[Channel.EMAIL]
    others = [(c, consents.standing(row, now)) for c, row in newest.items() if row is not None and row is not mail]
    return Line(purpose, basis, consents.standing(mail, now), others)


def _gravity(ban: ContactBan) -> tuple[Any, ...]:
    """All contact before mailings before one channel; the person's own word before ours."""
    return list(BanScope).index(BanScope(ban.scope)), ban.reason in OURS, -ban.banned_at.timestamp()


# --- the strictest wins


def _sentence(
    lines: Sequence[Line],
    bans: Sequence[ContactBan],
    listed: Sequence[OffLimitsCompany],
    exceptions: Sequence[ContactException],
    quiet_until: date | None,
) -> Sentence:
    """The first thing that stands in the way, gravest first, as the gate goes about it."""
    excepted = bool(exceptions)
    contact = next(line for line in lines if line.purpose == ConsentPurpose.CONTACT)
    return (
        _banned([b for b in bans if not (excepted and b.reason in OURS)])
        or _consented(contact)
        or _listed([] if excepted else [row for row in listed if row.blocks])
        or _paused(quiet_until)
        or _excepted(exceptions, bool(bans) or any(row.blocks for row in listed))
        or _limited([b for b in bans if not (excepted and b.reason in OURS)])
        or _listed([row for row in listed if not row.blocks])
        or Sentence("success", "Neither their word nor a decision of ours stands in the way of writing to them.")
    )


def _day(moment: datetime) -> str:
    """Where the reader is."""
    return f"{timezone.localtime(moment):%-d %B %Y}"


def _until(moment: datetime | None) -> str:
    return f" Until {_day(moment)}." if moment else ""


def _banned(bans: Sequence[ContactBan]) -> Sentence | None:
    """A ban on everything, or on mail."""
    for ban in bans:
        if ban.scope == BanScope.ALL:
            return Sentence("error", f"Nobody writes to them: {WHY[BanReason(ban.reason)]}.{_until(ban.until)}")
        if ban.channel == Channel.EMAIL:
            return Sentence("error", f"No e-mail to them: {WHY[BanReason(ban.reason)]}.{_until(ban.until)}")
    return None


def _consented(line: Line) -> Sentence | None:
    said = line.standing
    if said.is_denied and said.record is not None:
        return Sentence("error", f"They said no on {_day(said.record.occurred_at)}. Only answers to them go out.")
    if not line.is_needed or said.is_given:
        return None
    if said.record is not None and said.record.expires_at is not None:
        return Sentence("error", f"Their consent ran out on {_day(said.record.expires_at)}. Ask them again.")
    return Sentence("error", "They have not agreed to be written to yet, and this workspace asks for consent.")


def _listed(rows: Sequence[OffLimitsCompany]) -> Sentence | None:
    if not rows:
        return None
    row = rows[0]
    if row.blocks:
        return Sentence("error", f"{row.value} is off limits: {row.reason.rstrip('.')}.{_until(row.until)}")
    return Sentence("warning", f"Take care with {row.value}: {row.reason.rstrip('.')}.{_until(row.until)}")


def _paused(until: date | None) -> Sentence | None:
    if until is None:
        return None
    return Sentence("warning", f"Outreach is paused before {until:%-d %B %Y}. Answers to them still go out.")


def _excepted(exceptions: Sequence[ContactException], matters: bool) -> Sentence | None:
    if not exceptions or not matters:
        return None
    one = exceptions[0]
    words = f"An exception lets you write until {_day(one.until)}: {one.reason.rstrip('.')}."
    return Sentence("warning", words)


def _limited(bans: Sequence[ContactBan]) -> Sentence | None:
    """A ban on mailings or on a channel that is not mail."""
    for ban in bans:
        if ban.scope == BanScope.MARKETING:
            words = f"Personal mails only, no sequences or mailings: {WHY[BanReason(ban.reason)]}."
        else:
            words = f"Not by {ban.get_channel_display().lower()}; mail is fine."
        return Sentence("warning", f"{words}{_until(ban.until)}")
    return None
