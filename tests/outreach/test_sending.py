"""From a planned row to the sandbox mailbox."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Tenant
from outreach.choices import EnrolmentState, MessageState
from outreach.models import Enrolment, OutboundMessage, SandboxMessage, SendGate
from outreach.services import contact_rules, enrolments, mailboxes, sending, sums
from tests.factories.outreach import a_person, a_sequence, a_single, enrolled, people

pytestmark = pytest.mark.usefixtures("inside")


def a_letter() -> SandboxMessage:
    return SandboxMessage.objects.get()


def test_step_of_sequence_reaches_the_sandbox(tenant: Tenant) -> None:
    enrolled(a_sequence(), [a_person()], timezone.now())

    sending.send_due(tenant=tenant)

    mail = message_from_bytes(bytes(a_letter().raw), policy=default)
    assert mail["Subject"] == "Hello"
    assert str(mail["To"]) == "Maya Lindqvist <maya.lindqvist@example.com>"
    assert mail.get_body(("plain",)).get_content().startswith("Hi Maya,\r\n\r\nare you open to talk?")


def test_sent_step_is_delivered_and_finishes_the_enrolment(tenant: Tenant) -> None:
    [message] = enrolled(a_sequence(), [a_person()], timezone.now())

    sending.send_due(tenant=tenant)

    message.refresh_from_db()
    assert (message.state, Enrolment.objects.get().state) == (MessageState.DELIVERED, EnrolmentState.FINISHED)
    kinds = Event.objects.order_by("created_at", "pk").values_list("kind", flat=True)
    assert list(kinds) == ["enrolled", "message_sent", "message_delivered", "enrolment_finished"]


def test_next_step_is_planned_after_its_wait(tenant: Tenant) -> None:
    [message] = enrolled(a_sequence(waits=[3]), [a_person()], timezone.now())

    sending.send_due(tenant=tenant)

    message.refresh_from_db()
    later = OutboundMessage.objects.get(state=MessageState.PLANNED)
    assert later.due_at - message.handed_over_at == timedelta(days=3)  # type: ignore[operator]


def test_sending_twice_sends_once(tenant: Tenant) -> None:
    enrolled(a_sequence(), people(3), timezone.now())

    sending.send_due(tenant=tenant)
    sending.send_due(tenant=tenant)

    assert SandboxMessage.objects.count() == 3


def test_single_message_goes_with_its_frozen_words(tenant: Tenant) -> None:
    a_single(a_person(), now=timezone.now(), subject="Coffee?")

    sending.send_due(tenant=tenant)

    assert a_letter().subject == "Coffee?"


def test_kill_switch_leaves_everything_planned(tenant: Tenant) -> None:
    [message] = enrolled(a_sequence(), [a_person()], timezone.now())
    tenant.sending_stopped = True
    tenant.save()

    sending.send_due(tenant=tenant)

    message.refresh_from_db()
    assert message.state == MessageState.PLANNED


def test_foreign_cluster_sends_nothing(tenant: Tenant) -> None:
    [message] = enrolled(a_sequence(), [a_person()], timezone.now())
    SendGate.objects.create(system_identifier="1", timeline="00000002", opened_by="Test")

    sending.send_due(tenant=tenant)

    message.refresh_from_db()
    assert message.state == MessageState.PLANNED


def test_sums_add_up_after_a_round(tenant: Tenant) -> None:
    sequence = a_sequence()
    enrolled(sequence, people(3), timezone.now())
    sending.send_due(tenant=tenant)

    result = sums.of(OutboundMessage.objects.all())

    assert (result.planned, result.accepted, result.adds_up) == (3, 3, True)


def test_stopped_mailbox_keeps_its_mails_back_until_it_is_resumed(tenant: Tenant) -> None:
    [message] = enrolled(a_sequence(), [a_person()], timezone.now())
    main = mailboxes.default_mailbox(tenant)
    mailboxes.stop(mailbox=main, reason="Too many bounces.", by=SYSTEM, now=timezone.now())

    sending.send_due(tenant=tenant)

    message.refresh_from_db()
    assert (message.state, message.put_off_reason) == (MessageState.PLANNED, "mailbox_stopped")
    assert message.put_off_words.endswith("is stopped: Too many bounces.")


def test_resumed_mailbox_sends_what_waited(tenant: Tenant) -> None:
    [message] = enrolled(a_sequence(), [a_person()], timezone.now())
    main = mailboxes.default_mailbox(tenant)
    mailboxes.stop(mailbox=main, reason="Too many bounces.", by=SYSTEM, now=timezone.now())
    sending.send_due(tenant=tenant)
    main.refresh_from_db()

    mailboxes.resume(mailbox=main, by=SYSTEM, now=timezone.now())
    enrolments.ask_again(reasons=contact_rules.RULED, now=timezone.now())
    sending.send_due(tenant=tenant)

    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED
