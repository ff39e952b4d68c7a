"""Reading mails: what well-formed ones say, and that broken ones are never lost."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.mail.addresses import Address
from inbox.mail.parse import ParsedMail, parse, safe_filename
from inbox.mail.stored import from_json, to_json
from tests.inbox.limits import bounded
from tests.inbox.mails import mail, multipart, raw
from tests.properties import costly


def test_parse_reads_headers() -> None:
    found = mail(
        In_Reply_To="<ours-1@jobs.example.com>", References="<ours-0@jobs.example.com>\r\n <ours-1@jobs.example.com>"
    )

    assert found.from_ == Address("Ann Vale", "ann.vale@candidate.test")
    assert found.to == (Address("Zoe Recruiter", "zoe@jobs.example.com"),)
    assert found.date == datetime(2026, 11, 3, 8, 15, tzinfo=UTC)
    assert found.message_id == "answer-1@candidate.test"
    assert found.in_reply_to == "ours-1@jobs.example.com"
    assert found.references == ("ours-0@jobs.example.com", "ours-1@jobs.example.com")
    assert found.problems == ()


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?iso-8859-1?Q?Gr=FC=DFe?= aus Ulm", "Grüße aus Ulm"),
        ("=?utf-8?b?R3LDvA==?= =?utf-8?b?w59l?=", "Grüße"),
        ("=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
        ("=?nonsense?q?abc?=", "abc"),
        ("Grüße", "Grüße"),
        ("a\r\n b", "a b"),
        ("=?utf-8?b?R3LDvA", "=?utf-8?b?R3LDvA"),
    ],
)
def test_parse_decodes_subject(value: str, subject: str) -> None:
    assert mail(Subject=value).subject == subject


def test_parse_prefers_plain_text() -> None:
    found = parse(
        multipart("Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<b>rich</b>", kind="alternative")
    )

    assert (found.text.strip(), found.html.strip(), found.text_is_from_html) == ("plain", "<b>rich</b>", False)


def test_parse_makes_text_of_html() -> None:
    html = "<style>p{}</style><p>Hello&nbsp;Ann</p><ul><li>one</li></ul><blockquote>old<br>words</blockquote>"

    found = mail(html, Content_Type="text/html; charset=utf-8")

    assert found.text == "Hello Ann\n\n- one\n\n> old\n> words\n>"
    assert found.text_is_from_html


def test_parse_keeps_attachments() -> None:
    part = (
        "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fwinm%C3%A4il.dat\n\naGVsbG8="
    )

    found = parse(multipart("Content-Type: text/plain\n\nsee file", part)).attachments

    assert [(one.filename, one.content_type, one.size, one.content, one.inline) for one in found] == [
        ("winmäil.dat", "application/ms-tnef", 5, b"hello", False)
    ]


def test_parse_marks_inline_pictures() -> None:
    picture = (
        "Content-Type: image/png\nContent-ID: <logo@candidate.test>\nContent-Transfer-Encoding: base64\n\niVBORw0="
    )

    found = parse(multipart("Content-Type: text/html\n\n<img src='cid:logo@candidate.test'>", picture, kind="related"))

    assert [(one.content_id, one.inline, one.filename) for one in found.attachments] == [
        ("logo@candidate.test", True, "image.png")
    ]


def test_parse_encloses_returned_mail() -> None:
    found = parse(multipart("Content-Type: text/plain\n\nfyi", "Content-Type: message/rfc822\n\nSubject: inner\n\nold"))

    assert [part.content_type for part in found.enclosed] == ["message/rfc822"]
    assert found.text.strip() == "fyi"
    assert found.attachments[0].filename == "message.eml"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"Date": None}, "The mail has no Date."),
        ({"Message_ID": None}, "The mail has no Message-ID."),
        ({"From": None}, "The mail has no From."),
        ({"Subject": "Grüße"}, "Headers hold unencoded 8-bit characters."),
        ({"Content_Type": "text/plain; charset=martian"}, ""),
        ({"Content_Type": "multipart/mixed"}, "A multipart body names no boundary."),
        ({"Content_Type": "multipart/mixed; boundary=x"}, "A multipart body has no parts."),
    ],
)
def test_parse_keeps_text_of_broken_mail(changes: dict[str, str | None], problem: str) -> None:
    found = mail("the text\n", **changes)

    assert found.text.strip() == "the text"
    assert problem == "" or problem in found.problems


def test_parse_takes_first_of_two_senders() -> None:
    found = parse(b"From: first@candidate.test\r\nFrom: second@candidate.test\r\n\r\nhello")

    assert found.from_ == Address("", "first@candidate.test")
    assert "The mail has more than one From: the first one counts." in found.problems


def test_parse_says_null_sender() -> None:
    assert mail(Return_Path="<>").return_path == ""
    assert mail().return_path is None


def test_parse_knows_recipients_of_forwarded_mail() -> None:
    found = mail(Delivered_To="zoe@jobs.example.com", Original_Recipient="rfc822;Reply+T0KEN@in.example.com")

    assert found.delivered_to == ("zoe@jobs.example.com", "Reply+T0KEN@in.example.com")


def test_fingerprint_ignores_transport_and_sees_content() -> None:
    first = mail("Grüße", Content_Type="text/plain; charset=utf-8", Message_ID=None)
    again = mail(
        "Gr=C3=BC=C3=9Fe",
        Content_Type="text/plain; charset=utf-8",
        Content_Transfer_Encoding="quoted-printable",
        Message_ID=None,
        Received="by mx.example.com",
    )
    other = mail("Andere Grüße", Content_Type="text/plain; charset=utf-8", Message_ID=None)

    assert first.fingerprint == again.fingerprint
    assert first.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\cv.pdf", "cv.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", "attachment.pdf"),
        ("x" * 300 + ".pdf", "x" * 130 + ".pdf"),
    ],
)
def test_filename_is_safe(name: str, safe: str) -> None:
    assert safe_filename(name, "application/pdf") == safe


def _nested(levels: int) -> bytes:
    opening = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(levels))
    return (opening + "Content-Type: text/plain\n\ndeep\n").encode()


def test_parse_limits_depth() -> None:
    assert parse(_nested(40)).text.strip() == "deep"
    assert any("nested too deeply" in problem for problem in parse(_nested(5_000)).problems)


def test_parse_limits_parts() -> None:
    found = parse(multipart(*["Content-Type: image/gif\n\nGIF"] * 10_000))

    assert len(found.attachments) == 999
    assert any("more than 1000 parts" in problem for problem in found.problems)


@pytest.mark.parametrize(
    "hostile",
    [
        b"From: " + b"(" * 60_000,
        b"References: " + b"<a@b> " * 300_000,
        b"Content-Type: a/b" + b';"' * 30_000,
        b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
        b"Content-Type: text/html\n\n" + b"<!--" * 200_000,
        b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 500_000,
        b"a:\r" * 400_000,
        b"\n" * 2_000_000,
    ],
)
def test_parse_never_hangs(hostile: bytes) -> None:
    with bounded():
        mail = parse(hostile)

    assert mail.size == len(hostile)


def test_parsed_mail_survives_json() -> None:
    found = parse(multipart("Content-Type: text/plain\n\nGrüße", "Content-Type: image/png; name=a.png\n\nPNG"))

    assert from_json(ParsedMail, json.loads(json.dumps(to_json(found)))) == found


@given(st.binary(max_size=2_000))
def test_parse_takes_any_bytes(data: bytes) -> None:
    assert parse(data).size == len(data)


_SEED = multipart(
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe",
    "Content-Type: text/html\n\n<p>Hello</p>",
    "Content-Type: image/png; name*=utf-8''p.png\nContent-Transfer-Encoding: base64\n\niVBORw0=",
)


@costly(80)
@given(st.lists(st.tuples(st.integers(0, len(_SEED) - 1), st.binary(max_size=6), st.integers(0, 30)), max_size=8))
def test_parse_takes_damaged_mails(damage: list[tuple[int, bytes, int]]) -> None:
    data = _SEED
    for position, inserted, removed in damage:
        data = data[:position] + inserted + data[position + removed :]

    found = parse(data)

    assert "\0" not in found.text
    assert from_json(ParsedMail, json.loads(json.dumps(to_json(found)))) == found


def test_raw_helper_leaves_out_headers() -> None:
    assert b"Date:" not in raw(Date=None)
