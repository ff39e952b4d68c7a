"""Mail providers' APIs: what they are asked, and what each answer means for the message."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import pytest

from crm import qr
from outreach.services import mime
from outreach.transports import http
from outreach.transports.base import Answer, Envelope, Result
from outreach.transports.esp import EspTransport
from outreach.transports.providers import PROVIDERS
from outreach.transports.ses import SesTransport, Signer
from tests.fakes import http_api
from tests.fakes.http_api import Api, Reply
from tests.outreach.test_smtp import an_envelope

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
DRAFT = mime.Draft(
    from_header="Inés <ines@acme.test>",
    to_address="maya@example.com",
    to_name="Maya Lindqvist",
    subject="Grüße",
    text="Hello",
    html="<p>Hello</p>",
    message_id="<key@acme.test>",
    sent_at=NOON,
    reply_to="reply+abc@in.acme.test",
    unsubscribe_url="https://crm.example.com/u/x/",
)
INACTIVE = "You tried to send to a recipient that has been marked as inactive."
TAKEN: dict[str, tuple[dict[str, str], Reply, str, str]] = {
    # provider: its secrets, its answer, the path that is asked, the id that is kept
    "mailgun": (
        {"api_key": "k", "sender_domain": "mg.acme.test"},
        Reply(200, {"id": "<1@mg.acme.test>", "message": "Queued. Thank you."}),
        "/mg.acme.test/messages",
        "<1@mg.acme.test>",
    ),
    "postmark": (
        {"server_token": "k"},
        Reply(200, {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "maya@example.com"}),
        "/email",
        "pm-1",
    ),
    "brevo": ({"api_key": "k"}, Reply(201, {"messageId": "<1@relay.test>"}), "/smtp/email", "<1@relay.test>"),
    "mailjet": (
        {"api_key": "k", "secret_key": "s"},
        Reply(
            200,
            {"Messages": [{"Status": "success", "To": [{"Email": "maya@example.com", "MessageID": 7}]}]},
        ),
        "/send",
        "7",
    ),
    "sparkpost": (
        {"api_key": "k"},
        Reply(200, {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "9"}}),
        "/transmissions/",
        "9",
    ),
    "resend": ({"api_key": "k"}, Reply(200, {"id": "re-1"}), "/emails", "re-1"),
}


def a_mail(**fields: Any) -> Envelope:
    return an_envelope(mime.build(replace(DRAFT, **fields)))


def sent(
    api: Api, provider: str = "postmark", may_go: bool = True, values: Any = None, mail: Envelope | None = None
) -> Answer:
    transport = EspTransport(provider, values or TAKEN[provider][0], api_url=f"{api.url}/")
    return transport.open().send(mail or a_mail(), lambda: may_go)


@pytest.mark.parametrize("provider", TAKEN)
def test_provider_takes_a_mail(provider: str) -> None:
    _, reply, path, ref = TAKEN[provider]

    with http_api.running(reply) as api:
        answer = sent(api, provider)

    assert (answer.result, answer.provider_ref) == (Result.ACCEPTED, ref)
    assert [(one.method, one.path) for one in api.asked] == [("POST", path)]


@pytest.mark.parametrize("provider", TAKEN)
def test_provider_gets_both_parts_the_way_out_and_our_id(provider: str) -> None:
    with http_api.running(TAKEN[provider][1]) as api:
        sent(api, provider)

    raw = api.asked[0].body.decode()
    said = raw + unquote_plus(raw)
    wanted = ("List-Unsubscribe-Post", "key@acme.test", "Hello", "outbound", "reply+abc@in.acme.test")
    assert [word for word in wanted if word not in said] == []


@pytest.mark.parametrize("provider", TAKEN)
def test_provider_gets_the_picture_of_a_mail(provider: str) -> None:
    mail = a_mail(html=f'<p>Hello<img src="{qr.png_address("https://example.com")}" alt=""></p>')

    with http_api.running(TAKEN[provider][1]) as api:
        answer = sent(api, provider, mail=mail)

    said = unquote_plus(api.asked[0].body.decode(errors="replace"))
    assert (answer.result, "picture.png" in said or "@picture" in said) == (Result.ACCEPTED, True)
    assert ("cid:" in said) == PROVIDERS[provider].shows_pictures


def test_sendgrid_keeps_the_id_that_it_was_given() -> None:
    with http_api.running(Reply(202, "")) as api:
        answer = sent(api, "sendgrid", values={"api_key": "k"})

    assert answer.result == Result.ACCEPTED
    assert api.asked[0].json["personalizations"][0]["custom_args"]["anymail_id"] == answer.provider_ref


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (Reply(422, {"ErrorCode": 300, "Message": "Invalid 'From' address."}), Result.REFUSED),
        (Reply(401, {"ErrorCode": 10, "Message": "Bad token."}), Result.LATER),
        (Reply(429, {}), Result.LATER),
        (Reply(503, ""), Result.LATER),
        (Reply(302, "", {"location": "https://elsewhere.test/"}), Result.LATER),
        (Reply(500, ""), Result.UNKNOWN),
        (Reply(504, ""), Result.UNKNOWN),
        (Reply(200, "<html>"), Result.UNKNOWN),
        (Reply(hangs_up=True), Result.UNKNOWN),
        (Reply(422, {"ErrorCode": 406, "Message": INACTIVE}), Result.REFUSED),
    ],
)
def test_answers_of_a_provider(reply: Reply, result: Result) -> None:
    with http_api.running(reply) as api:
        answer = sent(api)

    assert (answer.result, len(api.asked)) == (result, 1)


def test_provider_that_is_not_there_can_be_asked_again() -> None:
    answer = EspTransport("postmark", {"server_token": "k"}, "http://127.0.0.1:9/").open().send(a_mail(), lambda: True)

    assert answer.result == Result.LATER


def test_provider_is_not_asked_without_the_hand_over() -> None:
    with http_api.running() as api:
        answer = sent(api, may_go=False)

    assert (answer.result, api.asked) == (Result.WITHHELD, [])


def test_pause_that_a_provider_asks_for_is_kept() -> None:
    with http_api.running(Reply(429, {}, {"retry-after": "120"})) as api:
        assert sent(api).retry_after == 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("Wed, 03 Jun 2026 12:01:00 GMT", 60), ("Wed, 03 Jun 2026 11:00:00 GMT", 0), ("soon", 0), ("", 0)],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: int) -> None:
    assert http.retry_after(value, NOON) == seconds


def ses(api: Api) -> SesTransport:
    return SesTransport(Signer("AKIAEXAMPLE", "secret", "eu-central-1"), "reports", api.url)


def test_ses_gets_the_mail_byte_for_byte() -> None:
    with http_api.running(Reply(200, {"MessageId": "0107"})) as api:
        answer = ses(api).send(mail := a_mail(), lambda: True)

    said = api.asked[0].json
    assert (answer.provider_ref, answer.provider_message_id) == ("0107", "<0107@eu-central-1.amazonses.com>")
    assert b64decode(said["Content"]["Raw"]["Data"]) == mail.raw
    assert (said["ConfigurationSetName"], said["EmailTags"][0]["Value"]) == ("reports", str(mail.outbound_id))


def test_signature_is_the_one_of_the_published_example() -> None:
    """The worked example of AWS's guide to Signature Version 4 (ListUsers)."""
    signer = Signer("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "iam")
    url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"
    given = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}

    headers = signer.headers("GET", url, b"", given, datetime(2015, 8, 30, 12, 36, tzinfo=UTC))

    assert headers["authorization"].endswith("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_region_chooses_the_address(provider: str) -> None:
    for region, url in (PROVIDERS[provider].urls or {}).items():
        assert EspTransport(provider, {"region": region}).arguments() == {"api_url": url}
