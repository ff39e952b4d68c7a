"""A colleague says who wrote an answer, a person or a machine: what it did is put right, both ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.models import Message, TextMessage, Thread
from inbox.services import corrections, texts
from inbox.services.texts import Arrived
from outreach.choices import EnrolmentState, MessageState, StopReason
from outreach.events import ENROLMENT_REOPENED
from outreach.models import Enrolment, MessageEvent, OutboundMessage, Sequence
from outreach.services import sending
from talent.choices import ContactKind
from talent.models import Candidate, ContactPoint
from tests.factories.inbox import a_mail, received
from tests.factories.outreach import a_person, a_sequence, enrolled
from tests.ground import shared

NOW = timezone.now()
ANSWERED = NOW + timedelta(milliseconds=1)  # before anybody corrects it
BACK = (NOW + timedelta(days=20)).date()
AWAY = f"I am out of the office and back on {BACK:%d %B %Y}."
OPEN, PAUSED = (EnrolmentState.ACTIVE, ""), (EnrolmentState.PAUSED, "")
STOPPED = (EnrolmentState.STOPPED, StopReason.REPLIED)
Run = Callable[[], int]


@shared
def sent(tenant: Tenant) -> OutboundMessage:
    """The first mail of a sequence of two, which somebody has."""
    with open_tenant(tenant):
        [message] = enrolled(a_sequence(waits=[1]), [a_person()], NOW)
        sending.send_due(tenant=tenant)
        return OutboundMessage.objects.get(pk=message.pk)


def answer(
    tenant: Tenant, to: OutboundMessage, text: str, *, uid: str = "1", at: datetime = ANSWERED, **head: str
) -> Message:
    with open_tenant(tenant):
        mail = a_mail(text, sender="Maya <maya.lindqvist@example.com>", In_Reply_To=to.message_id, uid=uid, **head)
        return received(tenant, mail, now=at)


@pytest.fixture
def by_machine(tenant: Tenant, sent: OutboundMessage, run_readers: Run) -> Message:
    """An answer that a person wrote, in a program that marks it as automatic."""
    found = answer(tenant, sent, "I am very interested.", Auto_Submitted="auto-replied")
    run_readers()
    return found


@pytest.fixture
def by_person(tenant: Tenant, sent: OutboundMessage, run_readers: Run) -> Message:
    """A note of absence that no header and no subject tells from an answer."""
    found = answer(tenant, sent, AWAY)
    run_readers()
    return found


def say(client: Client, message: Message, **said: str) -> str:
    page = client.post(f"/o/acme/received-messages/{message.pk}/class/", said, follow=True)
    return page.content.decode()


def stands(tenant: Tenant) -> tuple[str, str]:
    with open_tenant(tenant):
        return Enrolment.objects.values_list("state", "stop_reason").get()


def clocks(tenant: Tenant) -> set[datetime | None]:
    with open_tenant(tenant):
        return set(Candidate.objects.values_list("last_replied_at", "last_two_way_at").get())


def met_with(tenant: Tenant) -> list[tuple[str, str]]:
    with open_tenant(tenant):
        return list(MessageEvent.objects.filter(kind__contains="replied").values_list("kind", "reply_class"))


def planned(tenant: Tenant) -> list[datetime]:
    with open_tenant(tenant):
        return list(OutboundMessage.objects.filter(state=MessageState.PLANNED).values_list("due_at", flat=True))


def needs_reply(tenant: Tenant) -> datetime | None:
    with open_tenant(tenant):
        return Thread.objects.get().needs_reply_since


def test_answer_taken_for_a_machines_does_what_a_reply_does(
    tenant: Tenant, by_machine: Message, owner_client: Client, run_readers: Run
) -> None:
    before = stands(tenant), clocks(tenant), needs_reply(tenant)

    say(owner_client, by_machine, reply_class="interested")
    run_readers()

    assert before == (PAUSED, {None}, None)
    assert (stands(tenant), clocks(tenant), needs_reply(tenant)) == (STOPPED, {ANSWERED}, ANSWERED)
    assert (met_with(tenant), planned(tenant)) == ([("replied", "interested")], [])


def test_absence_taken_for_an_answer_pauses_instead(
    tenant: Tenant, by_person: Message, owner_client: Client, run_readers: Run
) -> None:
    before = stands(tenant), clocks(tenant), needs_reply(tenant)
    url = f"/o/acme/api/v1/received-messages/{by_person.pk}/"

    said = owner_client.patch(url, {"reply_class": "out_of_office"}, content_type="application/json").json()
    run_readers()

    assert before == (STOPPED, {ANSWERED}, ANSWERED)
    assert (said["kind"], said["returns_on"]) == ("auto_reply", BACK.isoformat())
    assert (stands(tenant), clocks(tenant), needs_reply(tenant)) == (PAUSED, {None}, None)
    assert met_with(tenant) == [("auto_replied", "")]
    assert planned(tenant) == [datetime.combine(BACK, time(9), tzinfo=UTC)]


def test_log_says_that_the_sequence_goes_on(
    tenant: Tenant, by_person: Message, owner_client: Client, run_readers: Run
) -> None:
    say(owner_client, by_person, reply_class="out_of_office")
    run_readers()

    with open_tenant(tenant):
        assert Event.objects.filter(kind=ENROLMENT_REOPENED).count() == 1


def test_absence_without_a_day_waits_for_ten(
    tenant: Tenant, sent: OutboundMessage, owner_client: Client, run_readers: Run
) -> None:
    note = answer(tenant, sent, "I do not read mails at present.")
    run_readers()

    say(owner_client, note, reply_class="out_of_office")
    run_readers()

    assert planned(tenant) == [ANSWERED + timedelta(days=10)]


def test_one_click_says_who_wrote_it(
    tenant: Tenant, by_machine: Message, owner_client: Client, run_readers: Run
) -> None:
    page = say(owner_client, by_machine, kind="reply")
    run_readers()

    with open_tenant(tenant):
        by_machine.refresh_from_db()
    assert ("Interested" in page, "They are away" in page) == (True, True)
    assert (by_machine.kind, by_machine.reply_class, stands(tenant)) == ("reply", "interested", STOPPED)


@pytest.mark.parametrize("turns", [1, 2, 3, 4])
def test_back_and_forth_ends_as_the_last_word_says(
    tenant: Tenant, by_machine: Message, owner_client: Client, run_readers: Run, turns: int
) -> None:
    for turn in range(turns):
        say(owner_client, by_machine, reply_class="out_of_office" if turn % 2 else "interested")
        say(owner_client, by_machine, reply_class="out_of_office" if turn % 2 else "interested")
        run_readers()

    is_of_person = turns % 2 == 1
    assert stands(tenant) == (STOPPED if is_of_person else PAUSED)
    assert met_with(tenant) == [("replied", "interested") if is_of_person else ("auto_replied", "")]
    assert (clocks(tenant), len(planned(tenant))) == ({ANSWERED if is_of_person else None}, 0 if is_of_person else 1)


def test_class_of_a_persons_answer_changes_nothing_else(
    tenant: Tenant, by_person: Message, owner_client: Client, run_readers: Run
) -> None:
    say(owner_client, by_person, reply_class="not_now")
    run_readers()

    assert (stands(tenant), clocks(tenant), met_with(tenant)) == (STOPPED, {ANSWERED}, [("replied", "not_now")])


def test_what_they_really_wrote_counts_on(
    tenant: Tenant, by_person: Message, sent: OutboundMessage, owner_client: Client, run_readers: Run
) -> None:
    answer(tenant, sent, "I am back, let us talk.", uid="2", at=ANSWERED + timedelta(hours=2))
    run_readers()

    say(owner_client, by_person, reply_class="out_of_office")
    run_readers()

    assert (stands(tenant), clocks(tenant)) == (STOPPED, {ANSWERED + timedelta(hours=2)})
    assert needs_reply(tenant) == ANSWERED + timedelta(hours=2)


def test_clock_that_an_import_set_stays(
    tenant: Tenant, by_person: Message, owner_client: Client, run_readers: Run
) -> None:
    later = ANSWERED + timedelta(days=1)
    with open_tenant(tenant):
        Candidate.objects.update(last_replied_at=later, last_two_way_at=later)

    say(owner_client, by_person, reply_class="out_of_office")

    assert clocks(tenant) == {later}


def test_sequence_that_began_after_the_answer_goes_on(
    tenant: Tenant, by_machine: Message, owner_client: Client, run_readers: Run
) -> None:
    with open_tenant(tenant):
        Enrolment.objects.update(enrolled_at=ANSWERED + timedelta(minutes=1))

    say(owner_client, by_machine, reply_class="interested")
    run_readers()

    assert stands(tenant) == PAUSED


def test_sequence_that_a_reply_does_not_end_waits_no_longer(
    tenant: Tenant, by_machine: Message, sent: OutboundMessage, owner_client: Client, run_readers: Run
) -> None:
    with open_tenant(tenant):
        Sequence.objects.update(stops_on_reply=False)
        handed_over = OutboundMessage.objects.get(pk=sent.pk).handed_over_at
    assert handed_over

    say(owner_client, by_machine, reply_class="interested")
    run_readers()

    assert (stands(tenant), planned(tenant)) == (OPEN, [handed_over + timedelta(days=1)])


def test_person_who_is_in_it_again_is_not_in_it_twice(
    tenant: Tenant, by_person: Message, owner_client: Client, run_readers: Run
) -> None:
    with open_tenant(tenant):
        old = Enrolment.objects.get()
        Enrolment.objects.create(
            sequence=old.sequence,
            candidate=old.candidate,
            enrolled_by="",
            enrolled_at=ANSWERED + timedelta(hours=2),
            round=2,
        )

    say(owner_client, by_person, reply_class="out_of_office")
    run_readers()

    with open_tenant(tenant):
        assert Enrolment.objects.filter(state=EnrolmentState.STOPPED).count() == 1


def test_bounce_stays_one_whatever_it_means(tenant: Tenant, by_machine: Message, owner_client: Client) -> None:
    with open_tenant(tenant):
        Message.objects.update(kind="bounce")

    say(owner_client, by_machine, reply_class="interested")

    with open_tenant(tenant):
        assert Message.objects.values_list("kind", "reply_class").get() == ("bounce", "interested")


def texted(tenant: Tenant, text: str) -> TextMessage:
    with open_tenant(tenant):
        person = Candidate.objects.get()
        number = "+4670000001"
        ContactPoint.objects.create(candidate=person, kind=ContactKind.PHONE, value=number, normal=number)
        return texts.receive(account=None, arrived=Arrived("1", number, text), now=ANSWERED)


def test_text_message_of_a_machine_takes_its_stop_back(tenant: Tenant, sent: OutboundMessage, run_readers: Run) -> None:
    text = texted(tenant, "I am driving.")
    run_readers()
    before = stands(tenant), clocks(tenant)

    with open_tenant(tenant):
        corrections.correct(message=text, kind="auto_reply", by=SYSTEM, now=ANSWERED + timedelta(hours=1))
    run_readers()

    assert before == (STOPPED, {ANSWERED})
    assert (stands(tenant), clocks(tenant), needs_reply(tenant)) == (PAUSED, {None}, None)


def test_api_wants_to_know_something(by_machine: Message, owner_client: Client) -> None:
    url = f"/o/acme/api/v1/received-messages/{by_machine.pk}/"

    answers: list[Any] = [
        owner_client.patch(url, said, content_type="application/json").status_code
        for said in ({}, {"kind": "bounce"}, {"kind": "reply"})
    ]

    assert answers == [400, 400, 200]
