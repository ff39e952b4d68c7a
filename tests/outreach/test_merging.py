"""A merge of two people sends nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.actors import SYSTEM
from outreach.choices import MessageState
from outreach.models import Enrolment, OutboundMessage
from outreach.services import sequences
from talent.models import Candidate
from talent.services import merges, unmerge
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

pytestmark = pytest.mark.usefixtures("inside")


def both_enrolled() -> tuple[Candidate, Candidate]:
    maya, other = a_person(), a_person("Maja Lindquist")
    enrolled(a_sequence(), [maya, other])
    return maya, other


def states() -> list[str]:
    return sorted(OutboundMessage.objects.values_list("state", flat=True))


def merged(maya: Candidate, other: Candidate) -> merges.MergeOperation:
    return merges.merge(survivor=maya, merged=other, by=SYSTEM, now=NOON)


def test_two_plans_become_one() -> None:
    maya, other = both_enrolled()
    merged(maya, other)

    assert states() == [MessageState.EXCLUDED, MessageState.PLANNED]
    assert Enrolment.objects.count() == 1


def test_undo_gives_both_plans_back() -> None:
    maya, other = both_enrolled()
    unmerge.undo(operation=merged(maya, other), by=SYSTEM, now=NOON + timedelta(days=1))

    assert states() == [MessageState.PLANNED, MessageState.PLANNED]
    assert Enrolment.objects.count() == 2


def test_what_the_other_got_is_not_planned_again() -> None:
    maya, other = a_person(), a_person("Maja Lindquist")
    sequence = a_sequence()
    message = enrolled(sequence, [other])[0]
    OutboundMessage.objects.filter(pk=message.pk).update(state=MessageState.ACCEPTED, handed_over_at=NOON)
    Enrolment.objects.update(state="finished")
    merged(maya, other)

    sequences.enrol(sequence=sequence, candidate_ids=[maya.pk], by=SYSTEM, now=NOON + timedelta(days=30))
    assert states() == [MessageState.ACCEPTED]
