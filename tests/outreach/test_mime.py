"""The bytes of a mail: right headers, and nothing that a value could add to them."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.services import mime, templates
from outreach.services.mime import Draft
from tests.properties import costly

UNSUBSCRIBE = "https://crm.example.com/u/" + "x" * 120 + "/"


def a_draft(**fields: object) -> Draft:
    values: dict[str, object] = {
        "from_header": "Ines Weber <ines@acme.example.com>",
        "to_address": "maya@example.com",
        "to_name": "Maya Lindqvist",
        "subject": "Hello",
        "text": "Hi Maya",
        "html": "<p>Hi Maya</p>",
        "message_id": "<1@acme.example.com>",
        "sent_at": datetime(2026, 6, 3, 12, tzinfo=UTC),
    }
    return Draft(**{**values, **fields})  # type: ignore[arg-type]


def parsed(**fields: object) -> EmailMessage:
    return message_from_bytes(mime.build(a_draft(**fields)), policy=default)  # type: ignore[return-value]


def test_mail_has_the_headers_it_must_have() -> None:
    mail = parsed(reply_to="reply+ab@in.example.com", in_reply_to="<0@x>", references=["<a@x>", "<0@x>"])

    assert {name: str(value) for name, value in mail.items() if name not in ("Content-Type", "MIME-Version")} == {
        "From": "Ines Weber <ines@acme.example.com>",
        "To": "Maya Lindqvist <maya@example.com>",
        "Reply-To": "reply+ab@in.example.com",
        "Subject": "Hello",
        "Date": "Wed, 03 Jun 2026 12:00:00 +0000",
        "Message-ID": "<1@acme.example.com>",
        "In-Reply-To": "<0@x>",
        "References": "<a@x> <0@x>",
    }


def test_one_click_headers_stand_on_one_line_each() -> None:
    lines = mime.build(a_draft(unsubscribe_url=UNSUBSCRIBE)).decode().split("\r\n")

    assert f"List-Unsubscribe: <{UNSUBSCRIBE}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_parts_keep_their_text() -> None:
    mail = parsed(text="Grüße\n.\nFrom here", html="<p>Grüße</p>")

    texts = [part.get_content().replace("\r\n", "\n").strip() for part in mail.iter_parts()]
    assert texts == ["Grüße\n.\nFrom here", "<p>Grüße</p>"]


def test_long_threads_keep_their_ends() -> None:
    ids = [f"<{n}@x>" for n in range(40)]

    assert str(parsed(references=ids)["References"]).split() == [ids[0], *ids[-10:]]


@costly(40)
@given(st.text(max_size=120))
def test_subject_survives_and_adds_no_header(subject: str) -> None:
    line = templates.one_line(subject)

    mail = parsed(subject=line)

    assert str(mail["Subject"] or "") == line
    assert set(mail.keys()) <= {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}


@costly(40)
@given(st.text(max_size=60))
def test_name_adds_no_header(name: str) -> None:
    mail = parsed(to_name=templates.one_line(name))

    assert [a.addr_spec for a in mail["To"].addresses] == ["maya@example.com"]
    assert len(mail.keys()) == 7


@pytest.mark.parametrize(
    "address", ["", "x", "a@b\r\nBcc: c@d.example.com", "a@b c@d", "a@b, c@d", "<a@b>", "a\x00@b.example.com"]
)
def test_broken_address_is_refused(address: str) -> None:
    with pytest.raises(mime.NotAMail):
        mime.build(a_draft(to_address=address))


@pytest.mark.parametrize("field", ["subject", "in_reply_to", "message_id", "unsubscribe_url", "reference"])
def test_line_break_in_a_header_is_refused(field: str) -> None:
    with pytest.raises(mime.NotAMail):
        mime.build(a_draft(**{field: "x\r\nBcc: evil@example.com"}))


TEXTS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")) | st.sampled_from("\n\t=."), max_size=300
)


@costly(40)
@given(TEXTS, TEXTS, st.text(st.sampled_from("abc XYZ-'19=?_"), max_size=40))
def test_mail_put_down_by_hand_reads_like_the_other(text: str, html: str, subject: str) -> None:
    draft = a_draft(text=text, html=html, subject=templates.one_line(subject), unsubscribe_url=UNSUBSCRIBE)
    by_hand, other = mime._plainly(draft), message_from_bytes(mime._carefully(draft), policy=default)
    if by_hand is None:
        assert not subject.strip() or "=?" in subject
        return
    ours = message_from_bytes(by_hand, policy=default)

    assert headers_of(ours) == headers_of(other)
    assert bodies_of(ours) == bodies_of(other)
    assert max(map(len, by_hand.split(b"\r\n"))) < 998
    assert by_hand.isascii()
    assert b"\n" not in by_hand.replace(b"\r\n", b"")


def headers_of(mail: Message) -> dict[str, str]:
    return {name: str(value) for name, value in mail.items() if not name.startswith("Content-")}


def bodies_of(mail: Message) -> list[tuple[str, str]]:
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return [(p.get_content_type(), p.get_content().replace("\r\n", "\n").rstrip("\n")) for p in parts]  # type: ignore[attr-defined]
