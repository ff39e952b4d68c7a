"""Of many, what is planned follows a pause, a start, another mailbox or version in the background."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason, HoldReason, MessageState, Priority
from outreach.models import Enrolment, Mailbox, OutboundMessage, Sequence, SequenceStep, SequenceVersion
from outreach.services import broadcasts, following, ledger, sequences, steps, versions
from outreach.services.gate_words import UNTIL_HELD
from outreach.services.steps import NotReady
from tests.factories.broadcasts import NOW, started, sums_of
from tests.factories.outreach import NOON, a_sequence, enrolled, people

PEOPLE = 7
BY_ALL = pytest.mark.usefixtures("inside")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in ("AT_ONCE", "BATCH", "MOVED_AT_ONCE", "MOVED"):
        monkeypatch.setattr(following, most, 2)


def followed() -> int:
    """Batches until nothing is left to follow."""
    batches = 0
    while following.follow_some(NOON):
        batches += 1
    return batches


def running() -> Sequence:
    sequence = sequences.activate(sequence=a_sequence(status="draft"), by=SYSTEM, now=NOON)
    enrolled(sequence, people(PEOPLE))
    return sequence


def held() -> int:
    return OutboundMessage.objects.filter(is_held=True, held_for=HoldReason.SEQUENCE).count()


@BY_ALL
def test_pause_holds_the_first_at_once_and_all_soon() -> None:
    sequences.pause(sequence=running(), by=SYSTEM, now=NOON)
    first = held()

    assert (first, followed(), held()) == (2, 3, PEOPLE)
    assert Sequence.objects.filter(following_since=None, followed_to=None).exists()


@BY_ALL
def test_nothing_goes_before_it_is_held(tenant: Tenant) -> None:
    sequences.pause(sequence=running(), by=SYSTEM, now=NOON)

    assert ledger.reserve(tenant=tenant, now=NOON).messages == []
    waiting = OutboundMessage.objects.filter(is_held=False)
    assert {(row.state, row.due_at, row.put_off_reason) for row in waiting} == {
        (MessageState.PLANNED, NOON + UNTIL_HELD, ExclusionReason.SEQUENCE_PAUSED)
    }


@BY_ALL
def test_start_lets_all_go_and_none_is_due_in_the_past(tenant: Tenant) -> None:
    sequence = running()
    sequences.pause(sequence=sequence, by=SYSTEM, now=NOON)
    followed()
    later = NOON + timedelta(days=1)

    sequences.activate(sequence=sequence, by=SYSTEM, now=later)
    while following.follow_some(later):
        pass

    assert held() == 0
    assert not OutboundMessage.objects.filter(due_at__lt=later).exists()
    assert len(ledger.reserve(tenant=tenant, now=later).messages) == PEOPLE


@BY_ALL
def test_start_in_the_middle_of_a_pause_leaves_nobody_behind() -> None:
    sequence = running()
    sequences.pause(sequence=sequence, by=SYSTEM, now=NOON)
    following.follow_some(NOON)

    sequences.activate(sequence=sequence, by=SYSTEM, now=NOON)
    followed()

    assert held() == 0


@BY_ALL
def test_broadcast_is_held_let_go_and_ended() -> None:
    people(PEOPLE)
    broadcast = started()

    broadcasts.pause(broadcast=broadcast, by=SYSTEM, now=NOW)
    followed()
    paused = held()
    broadcasts.resume(broadcast=broadcast, by=SYSTEM, now=NOW)
    followed()
    resumed = held()
    ended = broadcasts.cancel(broadcast=broadcast, by=SYSTEM, now=NOW)
    followed()

    found = sums_of(broadcast)
    assert (paused, resumed, ended) == (PEOPLE, 0, PEOPLE)
    assert (found.planned, found.excluded, found.waiting, found.adds_up) == (PEOPLE, PEOPLE, 0, True)


@pytest.mark.django_db
def test_sweep_finds_who_is_behind(tenant: Tenant) -> None:
    with open_tenant(tenant):
        sequences.pause(sequence=running(), by=SYSTEM, now=NOON)
    behind = following.tenants_behind()
    with open_tenant(tenant):
        followed()

    assert (behind, following.tenants_behind()) == ([tenant.pk], [])


@BY_ALL
def test_other_priority_and_mailbox_reach_all_planned() -> None:
    other = Mailbox.objects.create(name="Other", from_address="other@jobs.test")
    sequence = running()

    sequences.change(sequence=sequence, values={"priority": Priority.HIGH, "mailbox": other}, by=SYSTEM)
    first = OutboundMessage.objects.filter(priority=Priority.HIGH, mailbox=other).count()
    followed()

    assert (first, OutboundMessage.objects.filter(priority=Priority.HIGH, mailbox=other).count()) == (2, PEOPLE)
    assert held() == 0


def published(sequence: Sequence) -> SequenceVersion:
    steps.change(step=SequenceStep.objects.filter(version=1).first(), values={"subject": "News"}, by=SYSTEM)
    return versions.publish(sequence=sequence, move=True, by=SYSTEM, now=NOON)


@BY_ALL
def test_new_version_moves_the_first_at_once_and_all_soon() -> None:
    sequence = running()

    made = published(sequence)
    first = Enrolment.objects.filter(current_step__version=2).count()
    followed()

    assert (made.moved, first) == (PEOPLE, 2)
    assert "7 people are being moved to it" in versions.told(made)
    assert Enrolment.objects.filter(current_step__version=2).count() == PEOPLE
    assert set(OutboundMessage.objects.values_list("step__subject", flat=True)) == {"News"}


@BY_ALL
def test_pause_in_the_middle_of_a_move_holds_and_moves_all() -> None:
    sequence = running()
    published(sequence)

    sequences.pause(sequence=sequence, by=SYSTEM, now=NOON)
    followed()

    assert held() == OutboundMessage.objects.filter(step__version=2).count() == PEOPLE


@BY_ALL
def test_next_version_waits_until_all_are_moved() -> None:
    sequence = running()
    published(sequence)
    steps.change(step=SequenceStep.objects.filter(version=2).first(), values={"subject": "More"}, by=SYSTEM)

    with pytest.raises(NotReady, match="still being moved to version 2"):
        versions.publish(sequence=sequence, move=False, by=SYSTEM, now=NOON)
    followed()

    assert versions.publish(sequence=sequence, move=False, by=SYSTEM, now=NOON).number == 3
