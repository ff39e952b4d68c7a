"""Telling people's answers from what machines send."""

import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.mail.classify import Classification, classify
from inbox.mail.parse import parse
from inbox.mail.stored import from_json, to_json
from tests.inbox.mails import delivery_report, mail, multipart, raw

TODAY = date(2026, 11, 3)
FAILED = "Final-Recipient: rfc822; ann@candidate.test\nAction: failed\nStatus: 5.1.1"


def _kind(body: str = "Yes, gladly.\n", **headers: str) -> str:
    return classify(mail(body, **headers), today=TODAY).kind


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"In_Reply_To": "<ours@jobs.example.com>"},
        {"Auto_Submitted": "no"},
        {"Subject": "Fwd: Undeliverable: your mail"},
        {"Subject": "Out of office next week, can we move?"},
        {"X_MS_Exchange_Inbox_Rules_Loop": "ann.vale@candidate.test"},
    ],
)
def test_people_are_taken_for_people(headers: dict[str, str]) -> None:
    assert _kind(**headers) == "reply"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated", "In_Reply_To": "<ours@jobs.example.com>"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": ""},
        {"Precedence": "auto_reply"},
        {"X_Auto_Response_Suppress": "All", "Subject": "Automatic reply: A role"},
        {"X_Auto_Response_Suppress": "All", "X_MS_Exchange_Inbox_Rules_Loop": "ann.vale@candidate.test"},
        {"Return_Path": "<>", "Subject": "Abwesenheitsnotiz"},
        {"X_Apple_Action": "VACATION"},
    ],
)
def test_automatic_answers_are_known_by_headers(headers: dict[str, str]) -> None:
    assert _kind(**headers) == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatic reply: A role", "I am out of the office."),
        ("Automatische Antwort: Stelle", "Ich bin im Urlaub."),
        ("Réponse automatique : Poste", "Je suis absent."),
        ("Respuesta automática: Puesto", "Estoy de vacaciones."),
        ("Risposta automatica: Posto", "Sono in ferie."),
        ("Automatisch antwoord: Baan", "Ik ben afwezig."),
        ("Resposta automática: Vaga", "Estou de férias."),
        ("Autosvar: Jobb", "I am on vacation."),
        ("自動応答: 求人", "I am on leave."),
        ("Odpowiedź automatyczna: Praca", "On holiday, out of office."),
    ],
)
def test_automatic_answers_are_known_by_words_last(subject: str, text: str) -> None:
    assert _kind(text, Subject=subject) == "auto_reply"


def test_automatic_answer_names_return() -> None:
    found = classify(mail("Ich bin ab dem 17.11. wieder da.", Auto_Submitted="auto-replied"), today=TODAY)

    assert found.returns_on == date(2026, 11, 17)


@pytest.mark.parametrize(
    "headers",
    [
        {"List_Unsubscribe": "<https://news.example.com/u>"},
        {"Precedence": "bulk"},
        {"Auto_Submitted": "auto-generated"},
        {"From": "no-reply@shop.example.com"},
        {"Return_Path": "<>"},
    ],
)
def test_machines_are_other(headers: dict[str, str]) -> None:
    assert _kind(**headers) == "other"


def test_read_receipt_is_other() -> None:
    receipt = raw(
        "--s\n\nread\n--s--\n", Content_Type="multipart/report; report-type=disposition-notification; boundary=s"
    )

    assert classify(parse(receipt), today=TODAY).kind == "other"


def test_failure_report_is_bounce() -> None:
    found = classify(parse(delivery_report(FAILED)), today=TODAY)

    assert (found.kind, found.original_message_id) == ("bounce", "ours-7@jobs.example.com")
    assert [(one.address, one.hard) for one in found.bounces] == [("ann@candidate.test", True)]


def test_success_report_is_delivery_report() -> None:
    fields = FAILED.replace("failed", "delivered").replace("5.1.1", "2.0.0")

    assert classify(parse(delivery_report(fields)), today=TODAY).kind == "delivery_report"


def test_bounce_pasted_by_person_is_no_bounce() -> None:
    assert _kind(f"Look what came back:\n\n{FAILED}\n550 5.1.1 User unknown\n", Subject="Delivery failed") == "reply"


def test_bounce_without_report_is_known_by_sender() -> None:
    text = "<ann@candidate.test>: 550 5.1.1 User unknown"

    assert _kind(text, From="MAILER-DAEMON@mx.candidate.test", Subject="failure notice") == "bounce"


def test_feedback_report_is_complaint() -> None:
    report = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <ann@candidate.test>"
    returned = "Content-Type: message/rfc822\n\nMessage-ID: <ours-3@jobs.example.com>\nSubject: A role\n\nHello"

    found = classify(parse(multipart("\nabuse", report, returned, kind="report")), today=TODAY)

    assert (found.kind, found.feedback_type, found.complainants, found.original_message_id) == (
        "complaint",
        "abuse",
        ("ann@candidate.test",),
        "ours-3@jobs.example.com",
    )


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("Bounce", {"bouncedRecipients": [{"emailAddress": "a@b.test", "status": "5.1.1"}]}, "bounce"),
        ("Complaint", {"complainedRecipients": [{"emailAddress": "a@b.test"}]}, "complaint"),
        ("Delivery", {"recipients": ["a@b.test"], "smtpResponse": "250 2.6.0 ok"}, "delivery_report"),
    ],
)
def test_amazon_notice_is_read(kind: str, content: dict[str, object], expected: str) -> None:
    text = json.dumps({"notificationType": kind, kind.lower(): content, "mail": {"messageId": "0100-abc"}})

    found = classify(mail(text, From="no-reply@sns.amazonaws.com"), today=TODAY)

    assert (found.kind, found.original_message_id) == (expected, "0100-abc")


@given(st.binary(max_size=1_000), st.sampled_from(["text/plain", "message/delivery-status", "message/feedback-report"]))
def test_classify_takes_any_content(content: bytes, content_type: str) -> None:
    head = f"From: MAILER-DAEMON@mx.candidate.test\r\nContent-Type: {content_type}\r\n\r\n".encode()

    found = classify(parse(head + content), today=TODAY)

    assert from_json(Classification, json.loads(json.dumps(to_json(found)))) == found


def test_classify_never_hangs() -> None:
    body = "550 5.1.1 <a@b.test> could not be delivered to user unknown mailbox " * 20_000
    started = time.perf_counter()

    classify(mail(body, From="MAILER-DAEMON@mx.candidate.test"), today=TODAY)

    assert time.perf_counter() - started < 2


def test_classification_survives_json() -> None:
    found = classify(parse(delivery_report(FAILED)), today=TODAY)

    assert from_json(Classification, json.loads(json.dumps(to_json(found)))) == found
