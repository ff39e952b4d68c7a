"""The sandbox candidate's answers are read as what they are meant to be."""

from datetime import UTC, date, datetime

import pytest

from inbox.mail import compose_sandbox
from inbox.mail.addresses import Address
from inbox.mail.classify import Classification, classify
from inbox.mail.parse import parse
from inbox.mail.replies import new_text

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
ORIGINAL = (
    "From: =?utf-8?q?Zo=C3=AB?= Recruiter <zoe@jobs.example.com>\r\nTo: Ann Vale <ann@candidate.test>\r\n"
    "Reply-To: reply+tok@in.example.com\r\nSubject: Eine Stelle für Sie\r\nMessage-ID: <ours-1@jobs.example.com>\r\n"
    "Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "Hallo Ann,\r\n\r\nhaben Sie Zeit?\r\n"
).encode()


def _judged(raw: bytes) -> Classification:
    return classify(parse(raw), today=NOW.date())


def test_reply_is_threaded_and_read_as_reply() -> None:
    raw = compose_sandbox.reply(ORIGINAL, "Ja, gern: Señor.\n\nAnn", now=NOW)

    found = parse(raw)

    assert found.problems == ()
    assert (found.from_, found.in_reply_to) == (Address("Ann Vale", "ann@candidate.test"), "ours-1@jobs.example.com")
    assert [one.address for one in found.to] == ["reply+tok@in.example.com"]
    assert new_text(found.text).text == "Ja, gern: Señor.\n\nAnn"
    assert _judged(raw).kind == "reply"


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2027, 1, 7)])
def test_out_of_office_names_return(day: date) -> None:
    found = _judged(compose_sandbox.out_of_office(ORIGINAL, now=NOW, returns_on=day))

    assert (found.kind, found.returns_on) == ("auto_reply", day)


@pytest.mark.parametrize(("hard", "reason"), [(True, "unknown_user"), (False, "mailbox_full")])
def test_bounce_is_read_as_bounce(hard: bool, reason: str) -> None:
    found = _judged(compose_sandbox.bounce(ORIGINAL, now=NOW, hard=hard))

    assert (found.kind, found.original_message_id) == ("bounce", "ours-1@jobs.example.com")
    assert [(one.address, one.hard, one.reason) for one in found.bounces] == [("ann@candidate.test", hard, reason)]


def test_complaint_is_read_as_complaint() -> None:
    found = _judged(compose_sandbox.complaint(ORIGINAL, now=NOW))

    assert (found.kind, found.feedback_type, found.complainants, found.original_message_id) == (
        "complaint",
        "abuse",
        ("ann@candidate.test",),
        "ours-1@jobs.example.com",
    )


def test_same_moment_makes_same_message_id() -> None:
    first, again = (parse(compose_sandbox.reply(ORIGINAL, "Yes", now=NOW)) for _time in range(2))

    assert first.message_id == again.message_id
