"""Text messages that come in: the signature, whose they are, keywords, and that an answer stops the sequence."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.models import TextMessage
from inbox.services import timeline
from outreach.models import Enrolment, Mailbox, SandboxMessage
from outreach.services import texting
from outreach.services.texting import Account
from outreach.transports import twilio
from talent.choices import ContactKind
from talent.models import Candidate, ContactBan, ContactPoint
from tests.factories.outreach import a_person, a_sequence, enrolled

NUMBER = "+4930901820"


@pytest.fixture
def account(tenant: Tenant) -> Mailbox:
    with open_tenant(tenant):
        return texting.save(entered=Account("AC1", "+14155550100", "12345"), by=SYSTEM)


@pytest.fixture
def person(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        made = a_person()
        ContactPoint.objects.create(candidate=made, kind=ContactKind.PHONE, value=NUMBER, normal=NUMBER)
        return made


def texted(account: Mailbox, body: str, sid: str = "SM1", token: str = "12345", sender: str = NUMBER) -> HttpResponse:
    path = f"/hooks/texts/{account.tenant_id}/{account.pk}/"
    form = {"MessageSid": sid, "From": sender, "To": "+14155550100", "Body": body, "NumMedia": "0"}
    signed = twilio.signature(token, settings.BASE_URL + path, {name: [value] for name, value in form.items()})
    return Client().post(path, form, headers={"X-Twilio-Signature": signed})


def bans(tenant: Tenant) -> list[Any]:
    with open_tenant(tenant):
        return list(ContactBan.objects.in_force().values_list("scope", "channel"))


def test_text_is_kept_on_the_timeline(tenant: Tenant, account: Mailbox, person: Candidate) -> None:
    answer = texted(account, "Yes, on Monday?")

    with open_tenant(tenant):
        [item] = [one for one in timeline.page(person.pk).entries if not one.is_fold and one.body]
    assert (answer.status_code, answer.content) == (200, b"<Response></Response>")
    assert (item.words, item.body.text) == ("sent a text message", "Yes, on Monday?")


def test_answer_stops_the_sequence(tenant: Tenant, account: Mailbox, person: Candidate, run_readers: Any) -> None:
    with open_tenant(tenant):
        enrolled(a_sequence(waits=[3]), [person])

    texted(account, "Yes, on Monday?")
    run_readers()

    with open_tenant(tenant):
        assert Enrolment.objects.get().stop_reason == "replied"


def test_stop_bans_texts_and_start_lifts_that_ban(tenant: Tenant, account: Mailbox, person: Candidate) -> None:
    seen = []
    for number, word in enumerate(("Stop!", "STOP", "start")):
        texted(account, word, sid=f"SM{number}")
        seen.append(bans(tenant))

    assert seen == [[("channel", "text")], [("channel", "text")], []]


def test_help_is_answered(account: Mailbox) -> None:
    assert "Acme: answer STOP" in texted(account, "HELP").content.decode()


def test_second_delivery_changes_nothing(tenant: Tenant, account: Mailbox, person: Candidate) -> None:
    answers = [texted(account, "Hello").status_code for _ in range(2)]

    with open_tenant(tenant):
        assert (answers, TextMessage.objects.count()) == ([200, 200], 1)
        assert Event.objects.filter(kind="text_received").count() == 1


def test_unsigned_call_finds_nothing(tenant: Tenant, account: Mailbox) -> None:
    answer = texted(account, "Hello", token="guessed")

    with open_tenant(tenant):
        assert (answer.status_code, TextMessage.objects.count()) == (404, 0)


def test_unknown_number_is_kept_and_nobodys(tenant: Tenant, account: Mailbox, person: Candidate) -> None:
    texted(account, "Hello", sender="+4930000000")

    with open_tenant(tenant):
        assert TextMessage.objects.get().candidate_id is None


def test_answer_is_played_in_the_sandbox(tenant: Tenant, person: Candidate, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        [message] = enrolled(a_sequence(), [person])
        message.channel = "text"
        message.save()
        raw = twilio.pack(sender="+1", to=NUMBER, text="Hello?", message_id="<k@x>")
        copy = SandboxMessage.objects.create(
            outbound=message, candidate=person, to_address=NUMBER, raw=raw, received_at=timezone.now()
        )

    page = recruiter_client.get(f"/o/acme/sandbox/{copy.pk}/").text
    recruiter_client.post(f"/o/acme/sandbox/{copy.pk}/reply/", {"text": "Stop"})

    assert ("Hello?" in page, "Mailbox full" in page, bans(tenant)) == (True, False, [("channel", "text")])
