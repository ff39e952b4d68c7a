"""Pauses of a person and of a sequence, whenever they are set; and when the next mail goes after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from crm.actors import SYSTEM
from crm.models import Tenant
from outreach.choices import EnrolmentState, MessageState
from outreach.models import Enrolment, OutboundMessage, Sequence
from outreach.services import enrolments, ledger, sequences
from outreach.transports.base import Answer, Result
from talent.models import Candidate
from talent.services import preferences
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

pytestmark = pytest.mark.usefixtures("inside")
DAY = timedelta(days=1)
BACK = NOON + 9 * DAY  # a Friday
ACCEPTED, LATER = Answer(Result.ACCEPTED, 250, "OK"), Answer(Result.LATER, 451, "Try again")
BY_DAY = {"window_start_hour": 9, "window_end_hour": 17, "weekdays": [1, 2, 3, 4, 5]}


def reserved(tenant: Tenant, now: datetime = NOON) -> OutboundMessage:
    [message] = ledger.reserve(tenant=tenant, now=now).messages
    return message


def goes(message: OutboundMessage, now: datetime = NOON) -> bool:
    assert message.claim
    return ledger.hand_over(message_id=message.pk, claim=message.claim, transport="smtp", now=now)


def answered(message: OutboundMessage, answer: Answer, now: datetime = NOON) -> None:
    assert message.claim
    ledger.settle(message_id=message.pk, claim=message.claim, answer=answer, now=now)


def away(message: OutboundMessage, until: datetime = BACK, now: datetime = NOON) -> None:
    enrolments.pause_people(candidates=[message.candidate_id], until=until, now=now)


def planned() -> OutboundMessage:
    return OutboundMessage.objects.get(state=MessageState.PLANNED)


def said_on_the_page() -> datetime | None:
    return Enrolment.objects.get().next_due_at


def test_pause_moves_what_is_planned() -> None:
    [message] = enrolled(a_sequence(), [a_person()])

    away(message)

    assert (planned().due_at, said_on_the_page()) == (BACK, BACK)


def test_pause_after_the_reservation_keeps_the_mail_back(tenant: Tenant) -> None:
    enrolled(a_sequence(), [a_person()])
    message = reserved(tenant)

    away(message)

    assert not goes(message)
    assert (planned().due_at, said_on_the_page()) == (BACK, BACK)


def test_pause_while_the_mail_is_with_the_server_puts_off_the_next(tenant: Tenant) -> None:
    enrolled(a_sequence(waits=[1]), [a_person()])
    message = reserved(tenant)
    goes(message)

    away(message)
    answered(message, ACCEPTED)

    assert (planned().due_at, said_on_the_page()) == (BACK, BACK)


def test_pause_outlasts_a_server_that_says_later(tenant: Tenant) -> None:
    enrolled(a_sequence(), [a_person()])
    message = reserved(tenant)
    goes(message)
    away(message)
    answered(message, LATER)

    assert ledger.reserve(tenant=tenant, now=NOON + DAY).messages == []
    assert planned().due_at == BACK


@pytest.mark.parametrize("until", [BACK + timedelta(hours=7), BACK + DAY])
def test_mail_after_a_pause_keeps_to_the_window(until: datetime) -> None:
    [message] = enrolled(a_sequence(**BY_DAY), [a_person()])

    away(message, until=until)

    assert f"{planned().due_at:%a %H:%M}" == "Mon 09:00"


def test_earlier_end_does_not_shorten_a_pause() -> None:
    [message] = enrolled(a_sequence(), [a_person()])
    away(message)

    away(message, until=NOON + DAY)

    assert planned().due_at == BACK


def test_enrolment_goes_on_with_its_mail(tenant: Tenant) -> None:
    [message] = enrolled(a_sequence(waits=[1]), [a_person()])
    away(message)

    message = reserved(tenant, BACK)

    assert Enrolment.objects.get().state == EnrolmentState.ACTIVE
    assert goes(message, BACK)


def paused_with_one_reserved(tenant: Tenant, answer: Answer | None = None) -> Sequence:
    """A sequence paused between reservation and hand-over, or before the server's answer."""
    sequence = a_sequence(waits=[1])
    enrolled(sequence, [a_person()])
    message = reserved(tenant)
    handed_over = answer is not None and goes(message)
    sequences.pause(sequence=sequence, by=SYSTEM, now=NOON)
    if handed_over and answer:
        answered(message, answer)
    else:
        assert not goes(message)
    return sequence


@pytest.mark.parametrize("answer", [None, ACCEPTED, LATER])
def test_paused_sequence_holds_what_was_on_its_way(tenant: Tenant, answer: Answer | None) -> None:
    """Else it would be due at every turn, and fill the batch that others wait for."""
    paused_with_one_reserved(tenant, answer)

    assert list(OutboundMessage.objects.due(NOON + 9 * DAY)) == []


@pytest.mark.parametrize("answer", [None, ACCEPTED, LATER])
def test_started_again_it_lets_go_of_all(tenant: Tenant, answer: Answer | None) -> None:
    sequence = paused_with_one_reserved(tenant, answer)

    sequences.activate(sequence=sequence, by=SYSTEM, now=BACK)

    assert list(OutboundMessage.objects.due(BACK)) == [planned()]
    assert said_on_the_page() == BACK


def test_started_again_at_night_it_waits_for_the_window() -> None:
    sequence = a_sequence(**BY_DAY)
    enrolled(sequence, [a_person()])
    sequences.pause(sequence=sequence, by=SYSTEM, now=NOON)

    sequences.activate(sequence=sequence, by=SYSTEM, now=BACK + timedelta(hours=12))

    assert f"{planned().due_at:%a %H:%M}" == "Mon 09:00"


def test_mail_of_a_paused_person_waits_for_the_day_itself(tenant: Tenant) -> None:
    enrolled(a_sequence(), [person := a_person()])
    rest(person, 30)

    ledger.reserve(tenant=tenant, now=NOON)

    assert planned().due_at.date() == (NOON + 30 * DAY).date()


def test_pause_that_a_colleague_ends_early_lets_the_mail_go(tenant: Tenant, run_readers: Callable[[], int]) -> None:
    enrolled(a_sequence(), [person := a_person()])
    rest(person, 30)
    ledger.reserve(tenant=tenant, now=NOON)

    rest(person, None, NOON + DAY)
    run_readers()

    assert (planned().due_at, planned().put_off_reason) == (NOON + DAY, "")
    assert len(ledger.reserve(tenant=tenant, now=NOON + DAY).messages) == 1


def rest(person: Candidate, days: int | None, now: datetime = NOON) -> None:
    until = (NOON + days * DAY).date() if days else None
    preferences.pause(candidate=person, until=until, by=SYSTEM, now=now, today=now.date())
