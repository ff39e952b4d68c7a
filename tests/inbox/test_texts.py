"""Text messages that come in: the signature, whose they are, keywords, and that an answer stops the sequence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.models import TextMessage, Thread
from inbox.services import corrections, texts, threads, timeline, writing
from inbox.services.texts import Arrived
from outreach.models import Enrolment, Mailbox, MessageEvent, OutboundMessage, SandboxMessage
from outreach.services import judging, sending, texting
from outreach.services.texting import Account
from outreach.transports import twilio
from talent.choices import ContactKind
from talent.models import Candidate, ConsentRecord, ContactBan, ContactPoint
from tests.factories.inbox import a_sent_message
from tests.factories.outreach import a_person, a_sequence, enrolled
from tests.ground import shared

NUMBER = "+4930901820"


@shared
def account(tenant: Tenant) -> Mailbox:
    with open_tenant(tenant):
        return texting.save(entered=Account("AC1", "+14155550100", "12345"), by=SYSTEM)


@shared
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


@shared
def agreed(tenant: Tenant, person: Candidate) -> Candidate:
    """Somebody who agreed to get text messages."""
    with open_tenant(tenant):
        said = {"state": "given", "origin": "form", "occurred_at": timezone.now()}
        ConsentRecord.objects.create(candidate=person, purpose="contact", **said)
    return person


def text_thread(tenant: Tenant) -> Thread:
    with open_tenant(tenant):
        return Thread.objects.get(channel="text")


def test_text_opens_one_conversation_that_waits(tenant: Tenant, account: Mailbox, person: Candidate) -> None:
    for number, body in enumerate(("Hello", "Are you there?", "STOP")):
        texted(account, body, sid=f"SM{number}")

    with open_tenant(tenant):
        [shown] = threads.listing(view="needs").rows
        said = [one.text for one in threads.conversation(shown)]
        replied_at = Candidate.objects.get().last_replied_at
    assert (shown.snippet, said, replied_at is None) == ("Are you there?", ["Hello", "Are you there?", "STOP"], False)


def test_meaning_of_a_text_is_corrected_by_page_and_by_api(
    tenant: Tenant, account: Mailbox, person: Candidate, owner_client: Client
) -> None:
    texted(account, "I am very interested.")
    [text] = owner_client.get("/o/acme/api/v1/received-texts/").json()
    api = f"/o/acme/api/v1/received-texts/{text['id']}/"

    page = owner_client.post(f"/o/acme/received-texts/{text['id']}/class/", {"reply_class": "question"}, follow=True)
    answer = owner_client.patch(api, {"reply_class": "not_now"}, content_type="application/json").json()
    wrong = owner_client.patch(api, {"reply_class": "bounce"}, content_type="application/json")

    shown = page.content.decode()
    assert ("Corrected." in shown, "Asks something" in shown, "corrected by" in shown) == (True, True, True)
    assert (text["reply_class"], answer["reply_class"], wrong.status_code) == ("interested", "not_now", 400)


def test_corrected_text_is_a_corrected_reply_to_the_text_that_they_had(
    tenant: Tenant, account: Mailbox, person: Candidate, run_readers: Any
) -> None:
    with open_tenant(tenant):
        now = timezone.now()
        sent = [a_sent_message(person, channel="text", handed_over_at=now + timedelta(hours=n)) for n in (-1, 1)]
    texted(account, "I am very interested.")
    run_readers()
    with open_tenant(tenant):
        corrections.correct(message=TextMessage.objects.get(), reply_class="not_now", by=SYSTEM, now=timezone.now())
    run_readers()

    with open_tenant(tenant):
        [reply] = MessageEvent.objects.filter(kind="replied").values_list("message", "reply_class")
    assert reply == (sent[0].pk, "not_now")


def test_text_is_answered_from_the_inbox(
    tenant: Tenant, account: Mailbox, agreed: Candidate, owner_client: Client
) -> None:
    texted(account, "Yes, on Monday?")
    url = f"/o/acme/inbox/{text_thread(tenant).pk}/"

    sent = owner_client.post(f"{url}reply/", {"request_id": str(uuid4()), "text": "Monday at ten."}, follow=True)

    with open_tenant(tenant):
        row = OutboundMessage.objects.get()
        intent = judging.intent_of(row)
    assert "Monday at ten." in sent.content.decode()
    assert (row.channel, row.html, intent.channel, intent.is_proactive) == ("text", "", "text", False)


def test_answer_by_text_leaves_for_the_sandbox(
    tenant: Tenant, account: Mailbox, agreed: Candidate, owner_client: Client
) -> None:
    with open_tenant(tenant):
        Mailbox.objects.filter(transport="twilio").delete()
        texts.receive(account=None, arrived=Arrived("S1", NUMBER, "Yes?"), now=timezone.now())
        thread = Thread.objects.get()
        [owner] = [one for one in Member.objects.of_tenant(tenant.pk) if one.role == "owner"]
        letter = writing.Letter(uuid4(), "Monday at ten.")
        row = writing.reply(thread=thread, letter=letter, sender=owner, now=timezone.now())
        OutboundMessage.objects.filter(pk=row.pk).update(due_at=timezone.now())
    sending.send_due(tenant=tenant)

    with open_tenant(tenant):
        caught = SandboxMessage.objects.get()
    assert (caught.to_address, b"Monday at ten." in bytes(caught.raw)) == (NUMBER, True)


def test_first_mail_to_whoever_talks_with_us_leads_to_the_conversation(
    tenant: Tenant, account: Mailbox, person: Candidate, owner_client: Client
) -> None:
    texted(account, "Yes, on Monday?")

    page = owner_client.get(f"/o/acme/candidates/{person.pk}/write/").content.decode()

    talk = f'href="/o/acme/inbox/{text_thread(tenant).pk}/"'
    assert ("It would not go at once" in page, talk in page) == (True, True)


def test_whoever_said_stop_gets_no_answer(
    tenant: Tenant, account: Mailbox, person: Candidate, owner_client: Client
) -> None:
    for number, body in enumerate(("Yes, on Monday?", "STOP")):
        texted(account, body, sid=f"SM{number}")
    url = f"/o/acme/inbox/{text_thread(tenant).pk}/"

    said = owner_client.get(url).content.decode()
    refused = owner_client.post(f"{url}reply/", {"request_id": str(uuid4()), "text": "Monday at ten."})

    assert "Unsubscribed" in said
    assert (refused.status_code, "Monday at ten." in refused.content.decode()) == (422, True)


def test_text_that_is_too_long_is_kept_and_refused(
    tenant: Tenant, account: Mailbox, agreed: Candidate, owner_client: Client
) -> None:
    texted(account, "Yes, on Monday?")
    url = f"/o/acme/inbox/{text_thread(tenant).pk}/reply/"

    refused = owner_client.post(url, {"request_id": str(uuid4()), "text": "x" * 1601})

    assert (refused.status_code, "this one has 1601" in refused.content.decode()) == (422, True)
