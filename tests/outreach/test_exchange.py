"""The hand-over in one trip: what has changed since the reservation keeps a message back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from outreach.bench import crew
from outreach.choices import Encryption, MessageState
from outreach.models import Enrolment, Mailbox, OutboundMessage, SendGate
from outreach.services import conclusion, contact_rules, enrolments, exchange, ledger, sequences
from outreach.services.ledger import Reservation
from outreach.transports.base import Answer, Result
from outreach.transports.smtp import SmtpTransport
from talent.choices import BanReason
from talent.models import Candidate, ContactPoint
from talent.services import contact
from tests.factories.outreach import a_person, a_sequence, enrolled
from tests.outreach.test_smtp import an_envelope

pytestmark = pytest.mark.usefixtures("inside")
TAKEN = Answer(Result.ACCEPTED, 250, "OK")


def reserved(tenant: Tenant) -> Reservation:
    enrolled(a_sequence(waits=[3]), [a_person()], timezone.now())
    return ledger.reserve(tenant=tenant, now=timezone.now())


def hand_over(tenant: Tenant, held: Reservation, settled: dict[object, Answer] | None = None) -> int:
    """How many of the reserved may go."""
    found = exchange.hand_over(
        tenant=tenant.pk,
        ready=[held.ready(one) for one in held.messages],
        settled=settled or {},  # type: ignore[arg-type]
        claim=held.claim,
        transport="smtp",
        rules=contact_rules.current(),
        now=timezone.now(),
    )
    return len(found)


def test_message_goes_once(tenant: Tenant) -> None:
    held = reserved(tenant)

    assert [hand_over(tenant, held), hand_over(tenant, held)] == [1, 0]
    assert OutboundMessage.objects.get().state == MessageState.HANDED_OVER


def paused(message: OutboundMessage) -> None:
    sequences.pause(sequence=message.enrolment.sequence, by=SYSTEM, now=timezone.now())  # type: ignore[union-attr]


def taken_out(message: OutboundMessage) -> None:
    enrolments.stop(enrolments=[message.enrolment_id], reason="by_hand", now=timezone.now())  # type: ignore[list-item]


CHANGES: dict[str, Callable[[OutboundMessage], object]] = {
    "a ban": lambda m: contact.ban(
        candidate=m.candidate, reason=BanReason.MANUAL, evidence="", by=SYSTEM, now=timezone.now()
    ),
    "a reply": lambda m: Candidate.objects.filter(pk=m.candidate_id).update(last_replied_at=timezone.now()),
    "another address": lambda m: ContactPoint.objects.update(value="else@example.com"),
    "a bounce": lambda m: ContactPoint.objects.update(bounced_at=timezone.now()),
    "the kill switch": lambda m: Tenant.objects.filter(pk=m.tenant_id).update(sending_stopped=True),
    "a stopped mailbox": lambda m: Mailbox.objects.update(stopped_at=timezone.now()),
    "a paused sequence": paused,
    "the end of the enrolment": taken_out,
    "another cluster": lambda m: SendGate.objects.create(system_identifier="1", timeline="00000009", opened_by="x"),
    "the end of the lease": lambda m: OutboundMessage.objects.update(lease_until=timezone.now()),
    "another worker": lambda m: OutboundMessage.objects.update(claim=m.pk),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_since_the_reservation_keeps_it_back(tenant: Tenant, change: str) -> None:
    held = reserved(tenant)
    CHANGES[change](held.messages[0])

    assert hand_over(tenant, held) == 0


def test_answer_is_written_with_the_next_hand_over_and_concluded_later(tenant: Tenant) -> None:
    held = reserved(tenant)
    hand_over(tenant, held)
    hand_over(tenant, held, {held.messages[0].pk: TAKEN})

    row = OutboundMessage.objects.get()
    assert (row.state, row.claim, Enrolment.objects.get().current_step_id) == ("accepted", held.claim, row.step_id)
    assert [conclusion.of_claim(claim=held.claim, now=timezone.now()) for _ in range(2)] == [1, 0]
    row.refresh_from_db()
    assert (row.claim, row.lease_until, OutboundMessage.objects.filter(state="planned").count()) == (None, None, 1)


def test_what_was_accepted_by_a_dead_worker_is_concluded(tenant: Tenant) -> None:
    held = reserved(tenant)
    hand_over(tenant, held)
    exchange.settle(settled={held.messages[0].pk: TAKEN}, claim=held.claim)

    ledger.recover(now=timezone.now() + exchange.CONCLUSION_LEASE * 2)

    assert OutboundMessage.objects.filter(state="planned").count() == 1


def test_server_that_takes_commands_at_once_gets_them_so() -> None:
    with crew.sink(0) as (port, kept):
        session = SmtpTransport("127.0.0.1", port, Encryption.NONE).open()
        answers = [session.send(an_envelope(), lambda may=may: may).result for may in (True, False, True)]  # type: ignore[misc]
        session.close()

        assert answers == [Result.ACCEPTED, Result.WITHHELD, Result.ACCEPTED]
        assert kept.read_bytes().count(b"Subject: Hello") == 2
