"""Text messages: their parts, who gets one and when, Twilio's wire, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Tenant
from outreach.choices import BounceCause, MessageState, StepKind
from outreach.models import Enrolment, OutboundMessage, SandboxMessage, Sequence, SequenceStep
from outreach.services import enrolments, gate, ledger, overview, planning, sending, sms_text, text_status, texting
from outreach.services.gate import Intent, Verdict
from outreach.services.sms_text import Keyword
from outreach.services.texting import Account
from outreach.transports import twilio
from outreach.transports.base import Envelope, Result
from outreach.transports.twilio import TwilioTransport
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ContactKind
from talent.models import Candidate, ContactPoint
from talent.services import consents
from talent.services.consents import Said
from tests.factories.outreach import a_person, enrolled
from tests.fakes import http_api
from tests.fakes.http_api import Api, Reply
from tests.outreach.test_smtp import an_envelope

NUMBER = "+4930901820"
DAY, NIGHT = datetime(2026, 6, 3, 12, tzinfo=UTC), datetime(2026, 6, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "alphabet", "parts"),
    [
        ("", "gsm7", 1),
        ("a" * 160, "gsm7", 1),
        ("a" * 161, "gsm7", 2),
        ("a" * 306, "gsm7", 2),
        ("a" * 307, "gsm7", 3),
        ("€" * 80, "gsm7", 1),
        ("€" * 81, "gsm7", 2),
        ("ł" + "a" * 69, "ucs2", 1),
        ("ł" + "a" * 70, "ucs2", 2),
        ("😀" * 35, "ucs2", 1),
        ("😀" * 36, "ucs2", 2),
    ],
)
def test_parts_of_a_text(text: str, alphabet: str, parts: int) -> None:
    found = sms_text.size(text)

    assert (found.alphabet, found.parts) == (alphabet, parts)


@given(st.text(max_size=700))
def test_parts_hold_the_text_and_no_more_than_needed(text: str) -> None:
    found = sms_text.size(text)

    room = sms_text.SINGLE[found.alphabet] if found.parts == 1 else found.parts * sms_text.PART[found.alphabet]
    assert found.units <= room
    assert found.parts == 1 or found.units > (found.parts - 1) * (sms_text.PART[found.alphabet] - 1)


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", Keyword.STOP),
        (" stop. ", Keyword.STOP),
        ("Opt-Out", Keyword.STOP),
        ("Stop all", Keyword.STOP),
        ("START", Keyword.START),
        ("help", Keyword.HELP),
        ("Please stop by on Monday", None),
        ("yes, let us talk", None),
        ("", None),
    ],
)
def test_keyword_is_the_whole_message(text: str, keyword: Keyword | None) -> None:
    assert sms_text.keyword(text) == keyword


CALL = {
    "CallSid": ["CA1234567890ABCDE"],
    "Caller": ["+14158675309"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
}
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"


def test_signature_is_the_one_of_twilios_example() -> None:
    assert twilio.signature("12345", URL, CALL) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert twilio.signature("12345", URL, CALL, "sha256") == "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="


@pytest.mark.parametrize("signed", [URL, "https://mycompany.com:443/myapp.php?foo=1&bar=2"])
def test_signature_counts_with_and_without_the_port(signed: str) -> None:
    given = twilio.signature("12345", signed, CALL)

    assert twilio.is_genuine(token="12345", url=URL, form=CALL, given=given)
    assert not twilio.is_genuine(token="12345", url=URL, form={**CALL, "Body": ["more"]}, given=given)


def a_text(text: str = "Hello Maya, 5 € for ł?") -> Envelope:
    return an_envelope(twilio.pack(sender="+1415", to=NUMBER, text=text, message_id="<k@acme.test>"))


def sent(api: Api) -> Any:
    transport = TwilioTransport("AC1", "token", "+14155550100", "https://crm.test/s/", api_url=api.url)
    return transport.open().send(a_text(), lambda: True)


def test_twilio_is_asked_as_it_wants_to_be() -> None:
    with http_api.running(Reply(201, {"sid": "SM1", "status": "queued"})) as api:
        answer = sent(api)

    [asked] = api.asked
    assert (answer.result, answer.provider_ref) == (Result.ACCEPTED, "SM1")
    assert (asked.path, asked.form["Body"]) == ("/2010-04-01/Accounts/AC1/Messages.json", "Hello Maya, 5 € for ł?")
    assert (asked.form["From"], asked.form["StatusCallback"]) == ("+14155550100", "https://crm.test/s/")


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (Reply(400, {"code": 21211, "message": "The 'To' number is not valid.", "status": 400}), Result.REFUSED),
        (Reply(401, {"code": 20003, "message": "Authenticate"}), Result.LATER),
        (Reply(429, {"code": 20429, "message": "Too Many Requests"}), Result.LATER),
        (Reply(500, "x"), Result.UNKNOWN),
        (Reply(hangs_up=True), Result.UNKNOWN),
    ],
)
def test_answers_of_twilio(reply: Reply, result: Result) -> None:
    with http_api.running(reply) as api:
        assert sent(api).result == result


def a_texted_person(agrees: bool = True) -> Candidate:
    """Somebody in Berlin with a number."""
    person = a_person()
    person.time_zone = "Europe/Berlin"
    person.save()
    ContactPoint.objects.create(candidate=person, kind=ContactKind.PHONE, value="030 901820", normal=NUMBER)
    if agrees:
        said = Said(ConsentPurpose.CONTACT, "given", ConsentOrigin.FORM, Channel.TEXT)
        consents.record(candidate=person, said=said, by=SYSTEM, now=DAY)
    return person


def judged(person: Candidate, now: datetime = DAY) -> Verdict:
    return gate.verdicts(candidate_ids=[person.pk], intent=Intent("t", channel=Channel.TEXT), now=now)[person.pk]


@pytest.mark.usefixtures("inside")
class TestGate:
    """Who may be texted."""

    def test_who_agreed_is_reached_at_their_number(self) -> None:
        verdict = judged(a_texted_person())

        assert (verdict.may, verdict.address) == (True, NUMBER)

    def test_nobody_without_consent(self) -> None:
        verdict = judged(a_texted_person(agrees=False))

        assert (verdict.may, verdict.reason) == (False, "no_consent")

    def test_nobody_without_a_number(self) -> None:
        assert judged(a_person()).may is False

    def test_nobody_at_night_by_their_clock(self) -> None:
        verdict = judged(a_texted_person(), NIGHT)

        assert (verdict.reason, verdict.retry_at) == ("quiet_hours", datetime(2026, 6, 3, 6, tzinfo=UTC))
        assert verdict.words.startswith("Text messages go between 08:00 and 21:00")


def where_it_is_noon() -> str:
    return f"Etc/GMT{timezone.now().hour - 12:+d}"


def a_text_sequence(body: str = "Hi {{ first_name }}, are you there?") -> Sequence:
    sequence = Sequence.objects.create(name="Texts", status="active")
    SequenceStep.objects.create(sequence=sequence, position=0, kind=StepKind.TEXT, body=body)
    return sequence


@pytest.mark.usefixtures("inside")
def test_step_of_a_sequence_is_a_text_in_the_sandbox(tenant: Tenant) -> None:
    person = a_texted_person()
    person.time_zone = where_it_is_noon()
    person.save()
    [message] = enrolled(a_text_sequence(), [person], timezone.now())

    sending.send_due(tenant=tenant)

    message.refresh_from_db()
    assert (message.channel, message.state, message.to_address) == ("text", MessageState.DELIVERED, NUMBER)
    assert twilio.text_of(bytes(SandboxMessage.objects.get().raw)) == "Hi Maya, are you there?"


@pytest.mark.usefixtures("inside")
def test_text_of_a_live_workspace_waits_for_an_account(tenant: Tenant) -> None:
    tenant.mail_mode = Tenant.MailMode.LIVE
    tenant.save()
    [message] = enrolled(a_text_sequence(), [a_texted_person()], DAY)

    ledger.reserve(tenant=tenant, now=DAY)

    message.refresh_from_db()
    assert (message.state, message.put_off_words) == (MessageState.PLANNED, texting.MISSING)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("who", [a_person, lambda: a_texted_person(agrees=False)])
def test_sequence_goes_on_without_a_text_that_cannot_go(tenant: Tenant, who: Callable[[], Candidate]) -> None:
    sequence = a_text_sequence()
    SequenceStep.objects.create(sequence=sequence, position=1, subject="Hello", body="Are you there?")
    planning.plan_rows(
        [planning.step_row(enrolment=one_at_the_text(sequence, who()), step=first(sequence), due_at=DAY)]
    )

    ledger.reserve(tenant=tenant, now=DAY)

    [person] = overview.people_of(sequence)
    mail = OutboundMessage.objects.get(channel=Channel.EMAIL)
    assert (person.state, mail.state) == ("active", MessageState.PLANNED)
    assert person.skipped_words.endswith(enrolments.GOES_ON)


def first(sequence: Sequence) -> SequenceStep:
    return SequenceStep.objects.get(sequence=sequence, position=0)


def one_at_the_text(sequence: Sequence, person: Candidate) -> Enrolment:
    row = Enrolment(sequence=sequence, candidate=person, enrolled_by="A test", enrolled_at=DAY, next_due_at=DAY)
    row.current_step, row.waiting_for = first(sequence), "message"
    row.save()
    return row


def a_sent_text(state: str = "accepted") -> OutboundMessage:
    account = texting.save(entered=Account("AC1", "+14155550100", "token"), by=SYSTEM)
    [message] = enrolled(a_text_sequence(), [a_texted_person()], DAY)
    message.state, message.mailbox, message.handed_over_at, message.provider_ref = state, account, DAY, "SM1"
    message.to_address = NUMBER
    message.save()
    return message


@pytest.mark.usefixtures("inside")
def test_reports_settle_a_text_and_come_in_any_order() -> None:
    message = a_sent_text("unknown")

    for status in ("delivered", "sent", "delivered"):
        text_status.take(sid="SM1", status=status, code="", now=DAY)

    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("code", "is_marked"), [("30006", True), ("30008", False), ("30007", False)])
def test_dead_numbers_are_marked(code: str, is_marked: bool) -> None:
    a_sent_text()

    text_status.take(sid="SM1", status="undelivered", code=code, now=DAY)

    assert (ContactPoint.objects.get(kind=ContactKind.PHONE).bounced_at is not None) == is_marked


@pytest.mark.parametrize(
    ("code", "cause"), [("21614", BounceCause.HARD), ("30034", BounceCause.POLICY), ("30008", BounceCause.SOFT)]
)
def test_codes_of_twilio(code: str, cause: BounceCause) -> None:
    assert texting.cause_of(code) == cause
