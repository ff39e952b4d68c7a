"""Playing the candidate: every answer goes the way that a real one goes, and sequences heed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from inbox.models import InboundMail, Message
from inbox.services import inbound, sandbox
from outreach.models import Enrolment, MessageEvent, OutboundMessage, SandboxMessage
from outreach.services import mime
from outreach.services.mime import Draft
from talent.models import ContactBan, ContactPoint
from tests.conftest import logged_in
from tests.factories.inbox import a_sent_message
from tests.factories.outreach import a_sequence, enrolled
from tests.factories.people import a_member
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

LATER = NOW + timedelta(hours=3)


def a_sandbox_message(sent: OutboundMessage) -> SandboxMessage:
    """What the sandbox transport keeps of a message."""
    draft = Draft(
        from_header=sent.from_header,
        to_address=sent.to_address,
        to_name="Zoë",
        subject=sent.subject,
        text=sent.text,
        html=f"<p>{sent.text}</p>",
        message_id=sent.message_id,
        sent_at=NOW,
        unsubscribe_url="https://rapport.test/u/x/",
        reference=sent.reply_token,
    )
    return SandboxMessage.objects.create(
        outbound=sent,
        candidate=sent.candidate,
        to_address=sent.to_address,
        subject=sent.subject,
        raw=mime.build(draft),
        received_at=NOW,
    )


@shared
def enrolment(tenant: Tenant, inside: UUID) -> Enrolment:
    """Somebody in a sequence."""
    person = a_candidate()
    enrolled(a_sequence(waits=[3]), [person])
    return Enrolment.objects.get()


def _read_all(tenant: Tenant) -> None:
    for stored in InboundMail.objects.waiting():
        inbound.read(tenant=tenant, inbound_id=stored.pk)


PLAYS: dict[str, Callable[[SandboxMessage], object]] = {
    "reply": lambda m: sandbox.reply(message=m, text="Yes please.", by=SYSTEM, now=LATER),
    "out of office": lambda m: sandbox.out_of_office(message=m, returns_on=date(2026, 3, 20), by=SYSTEM, now=LATER),
    "hard bounce": lambda m: sandbox.bounce(message=m, hard=True, by=SYSTEM, now=LATER),
    "soft bounce": lambda m: sandbox.bounce(message=m, hard=False, by=SYSTEM, now=LATER),
    "complaint": lambda m: sandbox.complain(message=m, by=SYSTEM, now=LATER),
    "unsubscribe": lambda m: sandbox.unsubscribe(message=m, by=SYSTEM, now=LATER),
    "wish to stop": lambda m: sandbox.reply(message=m, text="Please remove me.", by=SYSTEM, now=LATER),
}


@pytest.mark.parametrize(
    ("play", "state", "reason"),
    [
        ("reply", "stopped", "replied"),
        ("out of office", "paused", ""),
        ("hard bounce", "stopped", "bounced"),
        ("soft bounce", "active", ""),
        ("complaint", "stopped", "complained"),
        ("unsubscribe", "stopped", "unsubscribed"),
        ("wish to stop", "stopped", "replied"),
    ],
)
def test_what_is_played_reaches_the_sequence(
    tenant: Tenant, enrolment: Enrolment, run_readers: Callable[[], int], play: str, state: str, reason: str
) -> None:
    message = a_sandbox_message(a_sent_message(enrolment.candidate, enrolment=enrolment))

    PLAYS[play](message)
    _read_all(tenant)
    run_readers()

    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.stop_reason) == (state, reason)


def test_played_reply_is_matched_to_its_message(tenant: Tenant, inside: UUID) -> None:
    sent = a_sent_message()

    PLAYS["reply"](a_sandbox_message(sent))
    _read_all(tenant)

    message = Message.objects.get()
    assert (message.outbound, message.kind, message.text) == (sent, "reply", "Yes please.")


def test_played_hard_bounce_marks_the_address(tenant: Tenant, inside: UUID, run_readers: Callable[[], int]) -> None:
    sent = a_sent_message()

    PLAYS["hard bounce"](a_sandbox_message(sent))
    _read_all(tenant)
    run_readers()

    assert ContactPoint.objects.get(kind="email").bounced_at == LATER


def test_played_open_counts_as_a_persons(inside: UUID) -> None:
    message = a_sandbox_message(a_sent_message())

    sandbox.open_it(message=message, by=SYSTEM, now=LATER)

    assert list(MessageEvent.objects.values_list("kind", "by")) == [("opened", "human")]


@shared
def mail(tenant: Tenant) -> SandboxMessage:
    with open_tenant(tenant):
        return a_sandbox_message(a_sent_message(a_candidate()))


def test_mailbox_lists_and_shows(tenant: Tenant, mail: SandboxMessage, recruiter_client: Client) -> None:
    pages = [recruiter_client.get(f"/o/acme/sandbox/{path}") for path in ("", f"{mail.pk}/", f"{mail.pk}/body/")]

    assert [(p.status_code, b"Hello Zo" in p.content) for p in pages] == [(200, False), (200, False), (200, True)]


def test_who_may_not_send_is_offered_nothing_to_play(tenant: Tenant, mail: SandboxMessage) -> None:
    manager = logged_in(a_member(tenant, Role.HIRING_MANAGER))

    shown = manager.get(f"/o/acme/sandbox/{mail.pk}/").content.decode()

    assert [f"{mail.pk}/{path}/" in shown for path in ("reply", "open", "complain")] == [False, False, False]
    assert "Whoever may send can play the candidate here." in shown


@pytest.mark.parametrize(
    ("path", "form", "played"),
    [
        ("open", {}, "opened"),
        ("reply", {"text": "Yes"}, "replied"),
        ("out-of-office", {"returns_on": "2999-01-01"}, "out_of_office"),
        ("bounce", {}, "bounced"),
        ("bounce-soft", {}, "bounced"),
        ("complain", {}, "complained"),
        ("unsubscribe", {}, "unsubscribed"),
    ],
)
def test_button_plays(
    tenant: Tenant, mail: SandboxMessage, recruiter_client: Client, path: str, form: dict[str, str], played: str
) -> None:
    answer = recruiter_client.post(f"/o/acme/sandbox/{mail.pk}/{path}/", form)

    with open_tenant(tenant):
        mail.refresh_from_db()
    assert (answer.status_code, list(mail.played)) == (302, [played])


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("reply", {"text": " "}, "Write what they answer."),
        ("out-of-office", {"returns_on": str(timezone.localdate())}, "Choose a day to come."),
    ],
)
def test_button_refuses_in_a_sentence(
    mail: SandboxMessage, recruiter_client: Client, path: str, form: dict[str, str], sentence: str
) -> None:
    page = recruiter_client.post(f"/o/acme/sandbox/{mail.pk}/{path}/", form)

    assert (page.status_code, sentence in page.content.decode()) == (422, True)


def test_played_unsubscribe_bans_contact(inside: UUID) -> None:
    PLAYS["unsubscribe"](a_sandbox_message(a_sent_message()))

    assert ContactBan.objects.get().reason == "unsubscribed"
