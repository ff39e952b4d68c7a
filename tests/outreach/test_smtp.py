"""The SMTP transport against a real server."""

from __future__ import annotations

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest

from crm.safe_hosts import Policy
from outreach.choices import Encryption
from outreach.transports.base import Envelope, NotReached, Result
from outreach.transports.smtp import SmtpTransport
from tests.fakes import smtp as fake


def an_envelope(raw: bytes = b"Subject: Hello\r\n\r\nHi\r\n", subject: str = "Hello") -> Envelope:
    return Envelope(
        tenant_id=uuid4(),
        outbound_id=uuid4(),
        candidate_id=uuid4(),
        claim=uuid4(),
        from_address="ines@acme.example.com",
        to_address="maya@example.com",
        subject=subject,
        raw=raw,
    )


def transport(sink: fake.Sink) -> SmtpTransport:
    return SmtpTransport("127.0.0.1", sink.port, Encryption.NONE)


def result_of(sink: fake.Sink, may_go: bool = True, raw: bytes = b"Subject: Hello\r\n\r\nHi\r\n") -> Result:
    session = transport(sink).open()
    try:
        return session.send(an_envelope(raw), lambda: may_go).result
    finally:
        session.close()


@pytest.mark.parametrize(
    ("answers", "result", "taken"),
    [
        ({}, Result.ACCEPTED, 1),
        ({"rcpt": "550 No such user"}, Result.REFUSED, 0),
        ({"rcpt": "450 Later"}, Result.LATER, 0),
        ({"data": "451 Later"}, Result.LATER, 0),
        ({"data": "554 No"}, Result.REFUSED, 0),
        ({"data": None}, Result.UNKNOWN, 1),
    ],
)
def test_answers_of_the_server(answers: dict[str, str | None], result: Result, taken: int) -> None:
    with fake.running(**answers) as sink:
        found = result_of(sink)

    assert (found, len(sink.taken)) == (result, taken)


def test_message_that_is_not_handed_over_is_not_taken() -> None:
    with fake.running() as sink:
        assert result_of(sink, may_go=False) == Result.WITHHELD

    assert sink.taken == []


def test_broken_hand_over_sends_nothing() -> None:
    def broken() -> bool:
        raise ConnectionError("database gone")

    with fake.running() as sink, pytest.raises(ConnectionError):
        transport(sink).open().send(an_envelope(), broken)

    assert sink.taken == []


def test_session_goes_on_after_every_answer() -> None:
    with fake.running() as sink:
        session = transport(sink).open()
        results = [session.send(an_envelope(), lambda yes=yes: yes).result for yes in (True, False, True, True)]
        session.close()

    assert results == [Result.ACCEPTED, Result.WITHHELD, Result.ACCEPTED, Result.ACCEPTED]
    assert len(sink.taken) == 3


@pytest.mark.parametrize(("seconds", "is_asked"), [(0.0, False), (0.015, True), (0.05, True)])
def test_slow_server_leaves_time_before_its_answer(seconds: float, is_asked: bool) -> None:
    """Once it is known to be slow; a quick one is never left waiting."""
    asked: list[int] = []
    with fake.running(seconds=seconds) as sink:
        session = transport(sink).open()
        for number in range(6):
            answer = session.send(an_envelope(), lambda: True, lambda one=number: asked.append(one))
            assert answer.result == Result.ACCEPTED
        session.close()

    assert bool(asked) == is_asked
    assert 0 not in asked
    assert len(sink.taken) == 6


@pytest.mark.parametrize(
    ("raw", "before", "after"),
    [
        (b"Subject: Hello\r\n\r\nHi\r\n", b"DATA\r\n", b"Subject: Hello\r\n\r\nHi\r\n.\r\n"),
        (b"Subject: Hello\r\n\r\n" + b"Hi\r\n" * 20_000, b"Hi\r\n", b".\r\n"),
    ],
)
def test_hand_over_comes_before_the_write_that_ends_the_message(
    monkeypatch: pytest.MonkeyPatch, raw: bytes, before: bytes, after: bytes
) -> None:
    sent: list[bytes] = []
    send = smtplib.SMTP.send

    def listening(self: smtplib.SMTP, data: bytes | str) -> None:
        sent.append(data if isinstance(data, bytes) else data.encode())
        send(self, data)

    monkeypatch.setattr(smtplib.SMTP, "send", listening)
    with fake.running() as sink:
        transport(sink).open().send(an_envelope(raw), lambda: sent.append(b"HAND-OVER") or True)

    at = sent.index(b"HAND-OVER")
    assert sent[at - 1].endswith(before)
    assert sent[at + 1] == after
    assert len(sink.taken) == 1


@pytest.mark.parametrize("body", [b".\r\n", b"..\r\n.x\r\n", b"a\r\n.\r\nb\r\n", b"no end", b"lone\nline\n"])
def test_body_arrives_as_it_was(body: bytes) -> None:
    with fake.running() as sink:
        result_of(sink, raw=b"Subject: Hello\r\n\r\n" + body)

    expected = body.replace(b"lone\nline\n", b"lone\r\nline\r\n")
    assert sink.taken[0].split(b"\r\n\r\n", 1)[1].rstrip(b"\r\n") == expected.rstrip(b"\r\n")


def test_server_that_is_not_there_is_named() -> None:
    with fake.running() as sink:
        gone = transport(sink)

    with pytest.raises(NotReached, match=r"127\.0\.0\.1 could not be reached"):
        gone.open()


def test_server_without_encryption_is_refused() -> None:
    with fake.running() as sink, pytest.raises(NotReached, match="does not offer"):
        SmtpTransport("127.0.0.1", sink.port, Encryption.STARTTLS).open()


def test_mail_of_a_library_arrives_unchanged() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Grüße"
    mail.set_content("Ünï\n.dot\n")
    with fake.running() as sink:
        result_of(sink, raw=mail.as_bytes())

    assert message_from_bytes(sink.taken[0], policy=default)["Subject"] == "Grüße"


def with_token(sink: fake.Sink, token: str) -> SmtpTransport:
    return SmtpTransport("127.0.0.1", sink.port, Encryption.NONE, "ines@acme.test", token=lambda: token)


def test_log_in_with_an_access_token() -> None:
    with fake.running(token="good") as sink:
        session = with_token(sink, "good").open()
        answer = session.send(an_envelope(), lambda: True)
        session.close()

    assert (answer.result, len(sink.taken)) == (Result.ACCEPTED, 1)
    assert sink.logins == ["user=ines@acme.test\x01auth=Bearer good\x01\x01"]


def test_log_in_with_a_token_that_ended() -> None:
    with fake.running(token="good") as sink, pytest.raises(NotReached, match="does not accept this log-in"):
        with_token(sink, "old").open()


@contextmanager
def greeting(words: bytes) -> Iterator[int]:
    """Something on a port of this machine that is no mail server, and says so."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(words)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("encryption", [Encryption.NONE, Encryption.STARTTLS, Encryption.TLS])
def test_server_inside_is_not_even_knocked_at(settings: Any, encryption: str) -> None:
    settings.SAFE_MAIL = Policy(ports=())
    with fake.running() as sink, pytest.raises(NotReached, match="leads into a private network"):
        SmtpTransport("127.0.0.1", sink.port, encryption).open()


def test_port_that_is_none_of_mail_is_refused(settings: Any) -> None:
    settings.SAFE_MAIL = Policy(ports=(25, 587), networks=("127.0.0.0/8",))
    with fake.running() as sink, pytest.raises(NotReached, match=r"Port \d+ is not allowed; use 25 or 587"):
        transport(sink).open()


def test_server_that_is_moved_inside_is_not_reached_on_a_new_connection(settings: Any) -> None:
    with fake.running() as sink:
        session = transport(sink).open()
        session.close()
        settings.SAFE_MAIL = Policy(ports=())
        answer = session.send(an_envelope(), lambda: True)

    assert (answer.result, sink.taken) == (Result.NOT_REACHED, [])


@pytest.mark.parametrize(
    "words",
    [b"SSH-2.0-OpenSSH_9.2p1 secret-host\r\n", b"HTTP/1.1 400 secret\r\n\r\n", b"+OK secret\r\n", b"200 secret\r\n"],
)
def test_greeting_of_another_service_is_told_to_nobody(words: bytes) -> None:
    with greeting(words) as port, pytest.raises(NotReached) as refused:
        SmtpTransport("127.0.0.1", port, Encryption.NONE).open()

    assert str(refused.value) == "127.0.0.1 does not speak SMTP on this port."
