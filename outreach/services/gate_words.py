"""What the gate is asked and what it answers: an intent, a verdict, and the words for each reason that passes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from outreach.choices import BroadcastStatus, ExclusionReason, Priority
from outreach.models import SendingPolicy
from talent.choices import Channel, ConsentPurpose

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
ASKED = "asked"  # how the key of an answer begins where the person wrote first
BY_TEXT = "text"  # and that of a single text message, behind it: the row is judged as one wherever it is read again
ASK_AGAIN = timedelta(days=1)
UNTIL_HELD = timedelta(minutes=1)  # what is paused is held soon: of many messages, in the background


@dataclass(frozen=True)
class Intent:
    """What is about to be sent. `key` names the purpose: with the person it makes the send key.

    `consent` is the purpose of the consent ledger that it rests on; an answer to somebody rests on their question.
    `sender_id` is the colleague who writes; None for the workspace itself. `topic_id` is what it is about.
    """

    key: str
    is_proactive: bool = True
    sequence_id: UUID | None = None
    consent: str = ConsentPurpose.CONTACT
    sender_id: UUID | None = None
    broadcast_id: UUID | None = None
    topic_id: UUID | None = None
    channel: str = Channel.EMAIL
    priority: int = Priority.BY_HAND

    def __post_init__(self) -> None:
        if self.key.removeprefix(f"{ASKED}:").startswith(f"{BY_TEXT}:"):
            object.__setattr__(self, "channel", Channel.TEXT)

    @property
    def is_mailing(self) -> bool:
        """Sent by a plan rather than by a hand."""
        planned = self.sequence_id is not None or self.broadcast_id is not None
        return planned or self.consent == ConsentPurpose.NEWS

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
    is_last: bool = False  # with it they have had all that the rules allow in 7 or 30 days


WROTE = "wrote to"


@dataclass(frozen=True)
class Contact:
    """A mail of ours that we began, or a contact that left none: when it went or is to go, and whose it is."""

    at: datetime
    sender_id: UUID | None = None
    sender: str = ""
    did: str = WROTE
    is_mail: bool = True


@dataclass(frozen=True)
class Conversation:
    """Somebody wrote to us: when, and who talks with them: colleagues, and the sequence that they answered."""

    at: datetime
    talkers: Collection[UUID] = ()
    names: str = ""

    def spares(self, intent: Intent) -> bool:
        """Whether this intent is of the one who talks to them."""
        return intent.sender_id in self.talkers or intent.sequence_id in self.talkers


@dataclass(frozen=True)
class Wall:
    """Moments as the workspace's clock shows them."""

    zone: tzinfo

    def day(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%-d %B}"

    def time(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%-d %B, %H:%M}"


def no(reason: ExclusionReason, words: str = "", *, final: bool = True, retry_at: datetime | None = None) -> Verdict:
    return Verdict(False, str(reason), words or str(reason.label), final, retry_at)


def pressure(contacts: Sequence[Contact], rules: SendingPolicy, wall: Wall, now: datetime) -> Verdict | None:
    """Too much from us of late? `contacts` are in order; the verdict says when the next one fits."""
    if not contacts:
        return None
    free_at = contacts[-1].at + timedelta(hours=rules.gap_hours)
    for most, period in ((rules.most_per_week, WEEK), (rules.most_per_month, MONTH)):
        if len(contacts) >= most:
            free_at = max(free_at, contacts[-most].at + period)
    if free_at <= now:
        return None
    words = f"They last heard from us on {wall.day(contacts[-1].at)}. The next mail can go on {wall.time(free_at)}."
    return no(ExclusionReason.TOO_MUCH_CONTACT, words, final=False, retry_at=free_at)


@dataclass(frozen=True)
class Ahead:
    """A planned mail that matters more: when it is due, whose it is, and what it belongs to."""

    due_at: datetime
    sender_id: UUID | None = None
    name: str = ""


def displaced(
    contacts: Sequence[Contact], ahead: Sequence[Ahead], intent: Intent, rules: SendingPolicy, wall: Wall, now: datetime
) -> Verdict | None:
    """Would this mail, sent now, take the room of one that matters more? Then it waits until that one has gone.

    It does when the other could go at its moment without this one, and could not with it.
    """
    with_it = [*contacts, Contact(now, intent.sender_id)]
    for other in ahead:
        at, theirs = max(other.due_at, now), Intent("", sender_id=other.sender_id)

        def is_kept_back(so_far: Sequence[Contact], at: datetime = at, theirs: Intent = theirs) -> bool:
            return bool(pressure(so_far, rules, wall, at) or spacing(so_far, theirs, rules, wall, at))

        if is_kept_back(with_it) and not is_kept_back(contacts):
            words = f"“{other.name}” goes first, on {wall.time(at)}: the contact rules leave room for one."
            free_at = at + timedelta(hours=max(rules.gap_hours, 1))
            return no(ExclusionReason.DISPLACED, words, final=False, retry_at=free_at)
    return None


def rarely(contacts: Sequence[Contact], days: int, wall: Wall, now: datetime) -> Verdict | None:
    """Sooner than they asked for? `days` between two mails that we begin; 0: they did not say."""
    mails = [one for one in contacts if one.is_mail]
    free_at = mails[-1].at + timedelta(days=days) if mails and days else now
    if free_at <= now:
        return None
    words = f"They asked for a mail in {days} days at most. The next one can go on {wall.time(free_at)}."
    return no(ExclusionReason.TOO_OFTEN, words, final=False, retry_at=free_at)


def is_last(contacts: Sequence[Contact], rules: SendingPolicy, now: datetime) -> bool:
    """Whether one more mail, now, is all that the rules allow in 7 or in 30 days."""
    budgets = ((rules.most_per_week, WEEK), (rules.most_per_month, MONTH))
    return any(sum(one.at > now - period for one in contacts) + 1 >= most for most, period in budgets)


def spacing(
    contacts: Sequence[Contact], intent: Intent, rules: SendingPolicy, wall: Wall, now: datetime
) -> Verdict | None:
    """Was another colleague in touch with them lately? The same one may go on."""
    other = colleague_lately(contacts, intent, rules, now)
    if other is None:
        return None
    free_at = other.at + timedelta(days=rules.sender_gap_days)
    words = f"{colleague_wrote(other, wall)} A mail of somebody else can go on {wall.time(free_at)}."
    return no(ExclusionReason.SENDER_SPACING, words, final=False, retry_at=free_at)


def colleague_lately(
    contacts: Sequence[Contact], intent: Intent, rules: SendingPolicy, now: datetime
) -> Contact | None:
    """The last contact of another colleague, if it is younger than the days between two senders."""
    others = [c for c in contacts if c.sender_id is not None and c.sender_id != intent.sender_id]
    is_late = bool(others) and others[-1].at + timedelta(days=rules.sender_gap_days) > now
    return others[-1] if is_late else None


def colleague_wrote(contact: Contact, wall: Wall) -> str:
    return f"{contact.sender} {contact.did} them on {wall.day(contact.at)}."


def conversation(
    found: Conversation | None, since: datetime | None, intent: Intent, rules: SendingPolicy, now: datetime
) -> Verdict | None:
    """Is somebody talking to them? `since` is when a sequence began that an answer ends, None where none does."""
    if found is None or not intent.is_proactive:
        return None
    if since is not None and found.at > since:
        return no(ExclusionReason.REPLIED, f"They replied on {found.at:%d %B %Y}.")
    free_at = found.at + timedelta(days=rules.conversation_days)
    if free_at <= now or found.spares(intent):
        return None
    who = f"{found.names} is" if found.names else "a colleague may be"
    words = f"They wrote to us on {found.at:%-d %B}: {who} in conversation with them."
    return no(ExclusionReason.IN_CONVERSATION, words, final=False, retry_at=free_at)


def not_before(day: datetime | None) -> Verdict | None:
    """All that we begin waits for that day. Whoever ends the pause earlier lets it be asked again."""
    if day is None:
        return None
    words = f"Outreach to them is paused: nothing before {day:%d %B %Y}."
    return no(ExclusionReason.PERSON_PAUSED, words, final=False, retry_at=day)


def pause(until: datetime | None) -> Verdict | None:
    """A pause that was set after the mail was planned, even after it was reserved, holds it all the same."""
    if until is None:
        return None
    words = f"Their sequence waits until {until:%d %B, %H:%M} UTC."
    return no(ExclusionReason.ENROLMENT_PAUSED, words, final=False, retry_at=until)


def outside(segment: str | None, now: datetime) -> Verdict | None:
    """They left the segment that they came by; asked again each day, and at once when they are back in it."""
    if segment is None:
        return None
    words = f"Their sequence waits until they are in the segment “{segment}” again."
    return no(ExclusionReason.ENROLMENT_PAUSED, words, final=False, retry_at=now + ASK_AGAIN)


def applied(job: str | None, now: datetime) -> Verdict | None:
    """Whoever is in our own selection hears from those who decide, not from a sequence; asked again each day."""
    if job is None:
        return None
    words = f"{open_application(job)} Sequences wait until it is decided."
    return no(ExclusionReason.APPLIED, words, final=False, retry_at=now + ASK_AGAIN)


def open_application(job: str) -> str:
    return f"Their application for “{job}” is open."


def other_sequence(name: str | None) -> Verdict | None:
    if name is None:
        return None
    return no(ExclusionReason.OTHER_SEQUENCE, f"They are in the sequence “{name}”: one at a time.")


def quiet(asked: str, opens_at: datetime, wall: Wall, now: datetime, channel: str = Channel.EMAIL) -> Verdict | None:
    """Outside the hours and days that they asked for, in words `asked`, which begin at `opens_at`."""
    if opens_at <= now:
        return None
    begin = "They asked for mail" if channel == Channel.EMAIL else "Text messages go"
    words = f"{begin} {asked}. The next such moment is {wall.time(opens_at)} by our clock."
    return no(ExclusionReason.QUIET_HOURS, words, final=False, retry_at=opens_at)


def broadcast_stands(status: str, now: datetime) -> Verdict | None:
    """A broadcast that was cancelled after a mail of it was reserved ends it; one that was paused holds it."""
    if status == BroadcastStatus.RUNNING:
        return None
    if status == BroadcastStatus.PAUSED:
        return no(ExclusionReason.BROADCAST_PAUSED, final=False, retry_at=now + UNTIL_HELD)
    return no(ExclusionReason.BROADCAST_OVER)
