"""What the gate is asked and what it answers: an intent, a verdict, and the words for each reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from outreach.choices import ExclusionReason
from talent.choices import ConsentPurpose

MOST_IN_PERIOD = 2  # proactive mails to one person ...
PERIOD = timedelta(days=7)  # ... within this time, over all senders
SMALLEST_GAP = timedelta(hours=20)
CONVERSATION = timedelta(days=14)  # an answer younger than this: a colleague is talking to them
ASKED = "asked"  # how the key of an answer begins where the person wrote first
ASK_AGAIN = timedelta(days=1)


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


def no(reason: ExclusionReason, words: str = "", *, final: bool = True, retry_at: datetime | None = None) -> Verdict:
    return Verdict(False, str(reason), words or str(reason.label), final, retry_at)


def pressure(moments: list[datetime], now: datetime) -> Verdict | None:
    """Too much from us of late? The verdict says when the next one fits."""
    if not moments:
        return None
    free_at = moments[-1] + SMALLEST_GAP
    if len(moments) >= MOST_IN_PERIOD:
        free_at = max(free_at, moments[-MOST_IN_PERIOD] + PERIOD)
    if free_at <= now:
        return None
    words = f"They last heard from us on {moments[-1]:%d %B}. The next mail can go on {free_at:%d %B, %H:%M} UTC."
    return no(ExclusionReason.TOO_MUCH_CONTACT, words, final=False, retry_at=free_at)


def conversation(replied_at: datetime | None, since: datetime | None, intent: Intent, now: datetime) -> Verdict | None:
    if replied_at is None or not intent.is_proactive:
        return None
    if since is not None and replied_at > since:
        return no(ExclusionReason.REPLIED, f"They replied on {replied_at:%d %B %Y}.")
    if replied_at > now - CONVERSATION:
        words = f"They wrote to us on {replied_at:%d %B}: a colleague may be in conversation with them."
        return no(ExclusionReason.IN_CONVERSATION, words, final=False, retry_at=replied_at + CONVERSATION)
    return None


def not_before(day: datetime | None, now: datetime) -> Verdict | None:
    """All that we begin waits for that day; asked again each day, because the pause may be ended earlier."""
    if day is None:
        return None
    words = f"Outreach to them is paused: nothing before {day:%d %B %Y}."
    return no(ExclusionReason.PERSON_PAUSED, words, final=False, retry_at=min(day, now + ASK_AGAIN))


def pause(until: datetime | None) -> Verdict | None:
    """A pause that was set after the mail was planned, even after it was reserved, holds it all the same."""
    if until is None:
        return None
    words = f"Their sequence waits until {until:%d %B, %H:%M} UTC."
    return no(ExclusionReason.ENROLMENT_PAUSED, words, final=False, retry_at=until)
