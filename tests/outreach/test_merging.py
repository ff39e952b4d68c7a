"""A merge of two people sends nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.actors import SYSTEM
from outreach.choices import MessageState
from outreach.models import Enrolment, MailFrequency, OutboundMessage
from outreach.services import sequences
from talent import merge_warnings
from talent.choices import ConsentOrigin, ConsentPurpose
from talent.models import Candidate
from talent.services import consents, merges, unmerge
from talent.services.consents import Said
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


@pytest.mark.parametrize(("ours", "theirs"), [(7, 90), (90, 7), (None, 90), (90, None)])
def test_who_wants_mail_more_rarely_is_obeyed_until_undone(ours: int | None, theirs: int | None) -> None:
    maya, other = a_person(), a_person("Maja Lindquist")
    for person, days in ((maya, ours), (other, theirs)):
        if days:
            MailFrequency.objects.create(candidate=person, days=days)
    before = list(MailFrequency.objects.order_by("pk").values())
    operation = merged(maya, other)

    assert list(MailFrequency.objects.values_list("candidate", "days")) == [(maya.pk, 90)]
    unmerge.undo(operation=operation, by=SYSTEM, now=NOON)
    assert list(MailFrequency.objects.order_by("pk").values()) == before


def test_comparison_says_which_measure_will_hold() -> None:
    maya, other = a_person(), a_person("Maja Lindquist")
    MailFrequency.objects.create(candidate=maya, days=7)
    MailFrequency.objects.create(candidate=other, days=90)

    said = merge_warnings.of(maya.pk, other.pk)
    assert said == ["The two want mail in different measure: the rarer, “At most once in three months”, will hold."]


@pytest.mark.parametrize(("channel", "left"), [("phone", MessageState.PLANNED), ("email", MessageState.EXCLUDED)])
def test_stricter_consent_takes_back_what_it_is_about(channel: str, left: str) -> None:
    maya, other = a_person(), a_person("Maja Lindquist")
    for person, state, about, days in ((other, "withdrawn", channel, 9), (maya, "given", "", 3)):
        said = Said(ConsentPurpose.CONTACT, state, ConsentOrigin.FORM, about)
        consents.record(candidate=person, said=said, by=SYSTEM, now=NOON - timedelta(days=days))
    enrolled(a_sequence(), [maya])
    merged(maya, other)

    assert states() == [left]
