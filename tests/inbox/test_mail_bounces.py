"""Bounces: reports in standard form, and the free texts of servers."""

import pytest

from inbox.mail.bounce_words import reason_for
from inbox.mail.bounces import BounceRecipient, original_message_id, recipients, returned_headers
from inbox.mail.parse import parse
from tests.inbox.mails import delivery_report, mail

FIELDS = (
    "Original-Recipient: rfc822;ann.vale@candidate.test\nFinal-Recipient: rfc822; ann@home.test\nAction: failed\n"
    "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 <ann@home.test>: No such user here"
)


def test_recipients_reads_delivery_report() -> None:
    found = recipients(parse(delivery_report(FIELDS)))

    assert found == (
        BounceRecipient(
            address="ann@home.test",
            original_address="ann.vale@candidate.test",
            status="5.1.1",
            reply_code="550",
            diagnostic="550 5.1.1 <ann@home.test>: No such user here",
            action="failed",
            hard=True,
            reason="unknown_user",
        ),
    )


def test_original_message_id_comes_from_returned_headers() -> None:
    assert original_message_id(parse(delivery_report(FIELDS))) == "ours-7@jobs.example.com"


def test_delay_is_never_hard() -> None:
    fields = FIELDS.replace("Action: failed", "Action: delayed")

    assert [(one.hard, one.reason) for one in recipients(parse(delivery_report(fields)))] == [(False, "expired")]


def _text_bounce(text: str, **changes: str) -> tuple[str | None, str | None, str | None, str]:
    found = recipients(mail(text, From="mailer-daemon@mx.candidate.test", To="zoe@jobs.example.com", **changes))
    return found[0].address, found[0].status, found[0].reply_code, found[0].reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Hi. This is the qmail-send program at mx.candidate.test.\n\n<ann@candidate.test>:\n192.0.2.7 does not "
            "like recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.7.\n\n"
            "--- Below this line is a copy of the message.\n\nTo: ann@candidate.test\n",
            ("ann@candidate.test", "5.1.1", "550", "unknown_user"),
        ),
        (
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not "
            "be delivered.\n\n  ann@candidate.test\n    host mx.candidate.test [192.0.2.7]\n"
            "    SMTP error from remote mail server after RCPT TO:<ann@candidate.test>:\n"
            "    552 5.2.2 Mailbox is full\n",
            ("ann@candidate.test", "5.2.2", "552", "mailbox_full"),
        ),
        (
            "Your message\n\n  Subject: A role\n\nwas not delivered to:\n\n  ann@candidate.test\n\nbecause:\n\n"
            "  User Ann (ann@candidate.test) not listed in the directory\n",
            ("ann@candidate.test", None, None, "unknown_user"),
        ),
        (
            "Delivery has failed to these recipients:\n\nann@candidate.test\nThe message was too large: message size "
            "exceeds fixed limit.\n\nDiagnostic: 552 5.3.4 message size exceeds fixed limit\n",
            ("ann@candidate.test", "5.3.4", "552", "too_big"),
        ),
    ],
)
def test_recipients_reads_free_text(text: str, expected: tuple[str | None, str | None, str | None, str]) -> None:
    assert _text_bounce(text) == expected


def test_recipients_tells_several_apart() -> None:
    text = "<ann@candidate.test>: 550 5.1.1 User unknown\n\n<ben@candidate.test>: 452 4.2.2 Mailbox full\n"

    found = recipients(mail(text, From="MAILER-DAEMON@mx.candidate.test"))

    assert [(one.address, one.status, one.hard) for one in found] == [
        ("ann@candidate.test", "5.1.1", True),
        ("ben@candidate.test", "4.2.2", False),
    ]


def test_recipients_trusts_failed_recipients_header() -> None:
    assert _text_bounce("It failed.", X_Failed_Recipients="ann@candidate.test")[0] == "ann@candidate.test"


def test_returned_headers_are_found_in_text() -> None:
    headers = "Received: by mx\nMessage-ID: <ours-9@jobs.example.com>\nTo: a@b.test"
    text = f"It failed.\n\n----- Original message -----\n\n{headers}\n\nHi"

    assert returned_headers(mail(text))["message-id"] == "<ours-9@jobs.example.com>"


@pytest.mark.parametrize(
    ("words", "status", "code", "reason"),
    [
        ("550 5.7.26 Unauthenticated email is not accepted due to DMARC policy", "5.7.26", "550", "authentication"),
        ("554 Your IP is listed at a DNSBL", None, "554", "blocked"),
        ("550 5.4.1 Recipient address rejected: Access denied", "5.4.1", "550", "unknown_user"),
        ("Host or domain name not found. Name service error", "5.4.4", None, "unknown_host"),
        ("The account has been suspended", "5.2.1", "550", "disabled"),
        ("Relay access denied", "5.7.1", "554", "relay"),
        ("", "5.2.2", None, "mailbox_full"),
        ("", None, "550", "filtered"),
        ("", None, None, "unclassified"),
        ("556 5.1.10 Recipient address has null MX", "5.1.10", "556", "unknown_user"),
    ],
)
def test_reason_for_reads_words_then_codes(words: str, status: str | None, code: str | None, reason: str) -> None:
    assert reason_for(words, status, code) == reason
