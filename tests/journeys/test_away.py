"""Somebody is away and says until when: their sequence waits for that day, and goes on then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from crm.actors import SYSTEM
from crm.models import Tenant
from inbox.models import InboundMail
from inbox.services import inbound, sandbox
from outreach.choices import EnrolmentState
from outreach.models import Enrolment, OutboundMessage, SandboxMessage
from outreach.services import ledger
from outreach.transports.base import Answer, Result
from talent.models import Candidate
from tests.factories.outreach import a_sequence, enrolled
from tests.factories.talent import NOW, a_candidate
from tests.inbox.test_sandbox import a_sandbox_message

BACK = date(2026, 3, 20)


def goes(tenant: Tenant, now: datetime) -> list[OutboundMessage]:
    """What leaves at that moment, the server taking all."""
    reservation = ledger.reserve(tenant=tenant, now=now)
    for message in reservation.messages:
        ledger.hand_over(message_id=message.pk, claim=reservation.claim, transport="sandbox", now=now)
        answer = Answer(Result.ACCEPTED, 250)
        ledger.settle(message_id=message.pk, claim=reservation.claim, answer=answer, now=now)
    return reservation.messages


def answers_by_machine(tenant: Tenant, message: SandboxMessage) -> None:
    """The mail of their absence comes in the way that every mail does."""
    sandbox.out_of_office(message=message, returns_on=BACK, by=SYSTEM, now=NOW + timedelta(hours=3))
    for stored in InboundMail.objects.waiting():
        inbound.read(tenant=tenant, inbound_id=stored.pk)


def test_sequence_waits_until_they_are_back(tenant: Tenant, inside: UUID, run_readers: Callable[[], int]) -> None:
    person = a_candidate()
    Candidate.objects.update(time_zone="America/New_York")
    enrolled(a_sequence(waits=[3]), [person], now=NOW)
    [first] = goes(tenant, NOW)

    answers_by_machine(tenant, a_sandbox_message(first))
    run_readers()

    morning = datetime(2026, 3, 20, 13, tzinfo=UTC)  # nine o'clock in New York
    assert Enrolment.objects.get().state == EnrolmentState.PAUSED
    assert goes(tenant, morning - timedelta(minutes=1)) == []
    [second] = goes(tenant, morning)
    assert (second.step.position, Enrolment.objects.get().state) == (2, EnrolmentState.FINISHED)
