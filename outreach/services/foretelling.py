"""What an action of a rule would do for people as things are now: asked of what decides it, and nothing is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from outreach.choices import ExclusionReason
from outreach.models import Sequence
from outreach.services import doing, last_spoken, rules, sequences
from outreach.services.actions import Act, SentBy
from outreach.services.steps import NotReady
from talent.models import Candidate

NOBODYS = "nobody owns the relationship"


@dataclass(frozen=True)
class Foretold:
    """An action, as `rules.said` says it; for how many it `would` be done, and why not for others: {person: reason}.

    `words` say of somebody left out, in a sentence, why: the reason, or more than it.
    """

    said: str
    would: int
    left_out: Mapping[UUID, str] = field(default_factory=dict)
    words: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why it would not be done, and for how many; the most frequent first."""
        return Counter(self.left_out.values()).most_common()

    def of(self, person: UUID) -> str:
        """In a sentence, what would come of it for one of them."""
        if reason := self.words.get(person) or self.left_out.get(person, ""):
            return f"Would not {self.said}: {reason.rstrip('.')}."
        return f"Would {self.said}."


def of(action: Mapping[str, Any], people: Row[Candidate], now: datetime) -> Foretold:
    """What one action would do for these."""
    said = rules.said(dict(action))
    left_out, words = _LEFT_OUT.get(str(action.get("act")), _nobody)(action, people, now)
    return Foretold(said, len(people) - len(left_out), left_out, words)


LeftOut = tuple[dict[UUID, str], dict[UUID, str]]


def _nobody(action: Mapping[str, Any], people: Row[Candidate], now: datetime) -> LeftOut:
    return {}, {}


def _all(people: Row[Candidate], reason: str) -> LeftOut:
    return {person.pk: reason for person in people}, {}


def _enrol(action: Mapping[str, Any], people: Row[Candidate], now: datetime) -> LeftOut:
    """Asked of what decides it when they are put in; a sequence that rests is started when the rule is turned on."""
    row = Sequence.objects.filter(pk=action.get("sequence")).first()
    if row is None:
        return _all(people, "the sequence is gone")
    ids = [person.pk for person in people]
    senders = last_spoken.of(ids) if action.get("sent_by") == SentBy.LAST_SPOKEN else {}
    try:
        report = sequences.check(sequence=row, candidate_ids=ids, now=now, senders=senders)
    except NotReady as error:
        return _all(people, str(error))
    reasons = {one.candidate_id: str(ExclusionReason(one.reason).label) for one in report.excluded}
    return reasons, {one.candidate_id: one.words for one in report.excluded}


def _notify(action: Mapping[str, Any], people: Row[Candidate], now: datetime) -> LeftOut:
    if doing.member_of(action.get("member")) is not None:
        return {}, {}
    return {person.pk: NOBODYS for person in people if person.owner_id is None}, {}


_LEFT_OUT: dict[str, Callable[[Mapping[str, Any], Row[Candidate], datetime], LeftOut]] = {
    Act.ENROL: _enrol,
    Act.NOTIFY: _notify,
}
