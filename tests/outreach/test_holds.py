"""Of many, what is planned follows a pause, a start or a cancelling in the background; nothing goes meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason, HoldReason, MessageState
from outreach.models import OutboundMessage, Sequence
from outreach.services import broadcasts, holds, ledger, sequences
from outreach.services.gate_words import UNTIL_HELD
from tests.factories.broadcasts import NOW, started, sums_of
from tests.factories.outreach import NOON, a_sequence, enrolled, people

PEOPLE = 7
BY_ALL = pytest.mark.usefixtures("inside")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "AT_ONCE", 2)
    monkeypatch.setattr(holds, "BATCH", 2)


def followed() -> int:
    """Batches until nothing is left to follow."""
    batches = 0
    while holds.follow_some(NOON):
        batches += 1
    return batches


def running() -> Sequence:
    sequence = a_sequence()
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
    while holds.follow_some(later):
        pass

    assert held() == 0
    assert not OutboundMessage.objects.filter(due_at__lt=later).exists()
    assert len(ledger.reserve(tenant=tenant, now=later).messages) == PEOPLE


@BY_ALL
def test_start_in_the_middle_of_a_pause_leaves_nobody_behind() -> None:
    sequence = running()
    sequences.pause(sequence=sequence, by=SYSTEM, now=NOON)
    holds.follow_some(NOON)

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
    behind = holds.tenants_behind()
    with open_tenant(tenant):
        followed()

    assert (behind, holds.tenants_behind()) == ([tenant.pk], [])
