"""The rules of a sequence: who writes, when, until when. They hold for everybody in it at once; steps have versions."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.dates import WEEKDAYS_ABBR

from outreach.choices import Follows, MessageState
from outreach.models import Enrolment, Sequence, SequenceStep
from outreach.models.ledger import OutboundMessageQuerySet
from outreach.services import planning
from talent.choices import Channel

WORDS = ("name", "sender_name")  # changed words are named; the audit keeps none
MOST = 100  # characters of one value


def _said(sequence: Sequence, name: str) -> str:
    """A rule as its page has it."""
    value = getattr(sequence, name)
    shown = getattr(sequence, f"get_{name}_display", None)
    if isinstance(value, list):
        return ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in value) or "every day"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else str(shown() if shown else value)[:MOST]


def differences(before: Sequence, after: Sequence, names: Collection[str]) -> dict[str, str]:
    """{rule that is another one: "before → after", in words}; of free words only that they changed."""
    told = {name: (_said(before, name), _said(after, name)) for name in names if name not in WORDS}
    found = {name: f"{old} → {new}" for name, (old, new) in told.items() if old != new}
    return found | {name: "changed" for name in WORDS if name in names and _said(before, name) != _said(after, name)}


def under_way(sequence: Sequence) -> int:
    """The people in it whom a change of its rules meets."""
    return Enrolment.objects.open().filter(sequence=sequence).count()


def apply_to(planned: OutboundMessageQuerySet, sequence: Sequence, changed: Collection[str]) -> None:
    """What is planned already gets the priority and the mailbox; all other rules are asked for when it goes."""
    planned = planned.filter(state=MessageState.PLANNED)
    if Follows.PRIORITY in changed:
        planned.exclude(priority=sequence.priority).update(priority=sequence.priority)
    if Follows.MAILBOX in changed:
        mails = planned.filter(channel=Channel.EMAIL)
        for step in SequenceStep.objects.filter(pk__in=mails.order_by().values("step")):
            mails.filter(step=step).update(mailbox=planning.mailbox_of(step, sequence))
