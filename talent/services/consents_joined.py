"""The consents of two records of one person: the stricter word holds on each channel, and comes apart again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from crm.actors import Actor
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState
from talent.models import ConsentRecord, MergeOperation
from talent.services import consents
from talent.services.consents import Said

STRICTNESS = (ConsentState.REFUSED, ConsentState.WITHDRAWN, "expired", ConsentState.GIVEN)
AT_ONCE = timedelta(microseconds=1)
About = tuple[str, str]  # purpose, channel; no channel: all of them
Found = Mapping[About, ConsentRecord]


def _holding(records: Sequence[ConsentRecord], purpose: str, channel: str) -> ConsentRecord | None:
    """What holds of these, newest first, as `ConsentRecordQuerySet.newest` reads a ledger."""
    return next((r for r in records if r.purpose == purpose and r.channel in ("", channel)), None)


def _by_channel(choose: Callable[[str, str], ConsentRecord | None]) -> dict[About, ConsentRecord]:
    """What is chosen for each purpose and channel; said once of all channels where it is one word about all."""
    found: dict[About, ConsentRecord] = {}
    for purpose in ConsentPurpose.values:
        chosen = {channel: row for channel in Channel.values if (row := choose(purpose, channel)) is not None}
        one = next(iter(chosen.values()), None)
        if one is not None and one.channel == "" and list(chosen.values()) == [one] * len(Channel):
            found[purpose, ""] = one
        else:
            found |= {(purpose, channel): row for channel, row in chosen.items()}
    return found


def strictest(people: Sequence[UUID], now: datetime) -> Found:
    """{(purpose, channel): the strictest word of these people}, where a looser one is the newer and would hold.

    Silence is no word: where only one of them said something, that holds as it is.
    """
    said = list(ConsentRecord.objects.of_people(people).newest_first())

    def choose(purpose: str, channel: str) -> ConsentRecord | None:
        each = [_holding([r for r in said if r.candidate_id == person], purpose, channel) for person in people]
        words = sorted((r for r in each if r is not None), key=lambda r: (r.occurred_at, r.pk), reverse=True)
        strict = min(words, key=lambda r: _strictness(r, now), default=None)
        return strict if strict and _strictness(strict, now) < _strictness(words[0], now) else None

    return _by_channel(choose)


def _strictness(record: ConsentRecord, now: datetime) -> int:
    return STRICTNESS.index(consents.standing(record, now).state)


def keep(*, survivor: UUID, strict: Found, by: Actor, now: datetime) -> None:
    """Where two records disagreed and the looser word is the newer one, the stricter is said again."""
    for (purpose, channel), record in strict.items():
        is_over = record.state == ConsentState.GIVEN
        state = ConsentState.WITHDRAWN if is_over else record.state
        evidence = f"Said on {record.occurred_at:%d %B %Y}, on a record that was merged."
        said = Said(purpose, state, ConsentOrigin.MERGE, channel, evidence, record.wording)
        consents.record(candidate=survivor, said=said, by=by, now=now)


def restore(*, survivor: UUID, operation: MergeOperation, by: Actor, now: datetime) -> None:
    """The words that the merge put into the survivor's mouth no longer hold: what held before is said again."""
    said = list(ConsentRecord.objects.of_people([survivor]).newest_first().select_related("wording"))
    own = [r for r in said if r.origin != ConsentOrigin.MERGE or r.occurred_at != operation.merged_at]

    def choose(purpose: str, channel: str) -> ConsentRecord | None:
        holds, before = (_holding(rows, purpose, channel) for rows in (said, own))
        return before if holds is not before and before and holds and before.state != holds.state else None

    for (purpose, channel), record in _by_channel(choose).items():
        consents.record(candidate=survivor, said=_again(record, purpose, channel, now), by=by, now=now)


def _again(record: ConsentRecord, purpose: str, channel: str, now: datetime) -> Said:
    """The same word once more; a consent that has run out meanwhile ends as soon as it is written."""
    ends = max(record.expires_at, now + AT_ONCE) if record.expires_at else None
    evidence = "The merge was taken back."
    return Said(purpose, record.state, ConsentOrigin.MERGE, channel, evidence, record.wording, ends)
