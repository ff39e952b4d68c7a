"""SMTP (RFC 5321): one connection for a batch, and the hand-over committed immediately before the final dot."""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings

from crm import safe_hosts
from crm.safe_hosts import RequestError
from outreach.choices import Encryption
from outreach.transports.base import Answer, Envelope, HandOver, Meanwhile, NotReached, Result, nothing
from outreach.transports.dkim_signing import DkimKey

CONNECT_SECONDS = 20
COMMAND_SECONDS = 60
# RFC 5321, section 4.5.3.2.6, asks for 600; a task may run for 300, so silence is called unknown before that.
FINAL_ANSWER_SECONDS = 200
SLOW_SECONDS = 0.01  # a server whose answer takes longer leaves time for the next message
AHEAD_SECONDS = 0.02  # before its answer; a hand-over takes 4 ms, beside others' up to 15
WEIGHT = 0.2  # of the last answer in what is usual
CRLF = b"\r\n"
DOT = b".\r\n"
ONE_WRITE = 64 * 1024  # bytes of a message that goes together with its final dot


def _in_words(error: Exception, host: str) -> str:
    if isinstance(error, NotReached):
        return str(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{host} does not accept this log-in."
    if isinstance(error, ssl.SSLError):
        return f"No safe connection to {host}: {error.reason or error}."
    if isinstance(error, TimeoutError):
        return f"{host} did not answer."
    if isinstance(error, smtplib.SMTPResponseException):
        if not 400 <= error.smtp_code < 600:  # what another kind of server says is nobody's business
            return f"{host} does not speak SMTP on this port."
        return f"{host} answered {error.smtp_code}: {_text(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return f"{host} hung up."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{host} does not offer what is set up here: {error}."
    return f"{host} could not be reached: {error.strerror if isinstance(error, OSError) and error.strerror else error}."


def _text(reply: bytes | str) -> str:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(words.split())[:400]


def _body(raw: bytes) -> bytes:
    """The message as it travels: CRLF line ends, leading dots doubled (RFC 5321, section 4.5.2), no final dot yet."""
    lines = re.sub(rb"\r\n|\r|\n", CRLF, raw)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed if stuffed.endswith(CRLF) else stuffed + CRLF


def _answer(code: int, reply: bytes | str) -> Answer:
    if 200 <= code < 300:
        return Answer(Result.ACCEPTED, code, _text(reply))
    if 400 <= code < 500:
        return Answer(Result.LATER, code, _text(reply))
    if 500 <= code < 600:
        return Answer(Result.REFUSED, code, _text(reply))
    return Answer(Result.UNKNOWN, None, f"An answer that makes no sense: {code} {_text(reply)}"[:400])


def _gone(code: int, reply: bytes | str) -> Answer:
    return Answer(Result.NOT_REACHED, code, _text(reply))


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The authorities that this machine trusts: reading them takes 40 ms, so all connections share them."""
    return ssl.create_default_context()


def _dialled(host: str, port: int) -> socket.socket:
    """A connection to a host that a member named, looked up once and checked. Raises NotReached, or OSError."""
    try:
        line = safe_hosts.connect(host, port, policy=settings.SAFE_MAIL)
    except RequestError as error:
        raise NotReached(str(error)) from error
    line.settimeout(CONNECT_SECONDS)
    return line


def _is_heard(sock: socket.socket, seconds: float) -> bool:
    """Whether the server says anything within so many seconds."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class _Plain(smtplib.SMTP):
    """Begins without encryption."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _dialled(host, port)


class _Encrypted(smtplib.SMTP_SSL):
    """TLS from the first byte, with the certificate of the name, not of the address."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return _trust().wrap_socket(_dialled(host, port), server_hostname=host)


class SmtpSession:
    """One connection, opened anew when it broke."""

    def __init__(self, transport: SmtpTransport) -> None:
        self._transport = transport
        self._server: smtplib.SMTP | None = transport.connect()
        self._usual = 0.0  # seconds that an answer to the final dot takes, the last ones counting most

    def send(self, envelope: Envelope, hand_over: HandOver, meanwhile: Meanwhile = nothing, /) -> Answer:
        body = _body(self._signed(envelope.raw))
        end = body + DOT if len(body) <= ONE_WRITE else DOT
        try:
            server = self._ready()
            early = self._begin(server, envelope, b"" if end is not DOT else body)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Answer(Result.NOT_REACHED, text=_in_words(error, self._transport.host))
        if early is not None:
            return early
        return self._finish(server, end, hand_over, meanwhile)

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
            self._server = None

    def _ready(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._transport.connect()
        return self._server

    def _signed(self, raw: bytes) -> bytes:
        key = self._transport.dkim
        return key.sign(raw) if key else raw

    def _begin(self, server: smtplib.SMTP, envelope: Envelope, body: bytes) -> Answer | None:
        """MAIL, RCPT, DATA and a long message without its final dot. An Answer when the server said no before that."""
        commands = (f"MAIL FROM:<{envelope.from_address}>", f"RCPT TO:<{envelope.to_address}>", "DATA")
        said = self._at_once(server, commands) if server.has_extn("pipelining") else self._in_turn(server, commands)
        refused = next(((code, reply) for code, reply in said if code not in (250, 251, 354)), None)
        if refused is None:
            if body:
                server.send(body)
            return None
        code, reply = refused
        if code == 421 or code < 400 or said[-1][0] == 354:  # it goes away (RFC 5321, section 3.8), or makes no sense
            self._drop()
            return _answer(code, reply) if 400 <= code < 600 and code != 421 else _gone(code, reply)
        server.rset()
        return _answer(code, reply)

    def _in_turn(self, server: smtplib.SMTP, commands: Sequence[str]) -> list[tuple[int, bytes]]:
        """Each command after the answer to the one before; none after a no."""
        said: list[tuple[int, bytes]] = []
        for command in commands:
            said.append(server.docmd(command))
            if said[-1][0] not in (250, 251, 354):
                break
        return said

    def _at_once(self, server: smtplib.SMTP, commands: Sequence[str]) -> list[tuple[int, bytes]]:
        """All in one go, then their answers (RFC 2920, section 3.1; DATA is the last of its group)."""
        if any("\r" in command or "\n" in command for command in commands):
            raise ValueError("A command of SMTP is one line.")
        server.send("".join(f"{command}\r\n" for command in commands))
        return [server.getreply() for _ in commands]

    def _finish(self, server: smtplib.SMTP, end: bytes, hand_over: HandOver, meanwhile: Meanwhile) -> Answer:
        """The point of no return: `end` is the final dot, without which a server must throw the message away, or all of
        a message that fits into one write.
        """
        try:
            may_go = hand_over()
        except BaseException:
            self._drop()
            raise
        if not may_go:
            self._drop()
            return Answer(Result.WITHHELD)
        try:
            assert server.sock is not None
            server.sock.settimeout(FINAL_ANSWER_SECONDS)
            server.send(end)
            code, reply = self._awaited(server, server.sock, meanwhile)
            server.sock.settimeout(COMMAND_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Answer(Result.UNKNOWN, text=_in_words(error, self._transport.host))
        if code == -1 or code == 421:
            self._drop()
        return _answer(code, reply)

    def _awaited(self, server: smtplib.SMTP, sock: socket.socket, meanwhile: Meanwhile) -> tuple[int, bytes]:
        """The answer to the final dot. Shortly before it usually comes there is time for something else."""
        began = time.monotonic()
        if self._usual > SLOW_SECONDS and not _is_heard(sock, max(0.0, self._usual - AHEAD_SECONDS)):
            meanwhile()
        said = server.getreply()
        took = time.monotonic() - began
        self._usual += (took - self._usual) * (WEIGHT if self._usual else 1)
        return said

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


@dataclass(frozen=True)
class SmtpTransport:
    """A mail server that takes mail from us. `encryption` is one of `outreach.choices.Encryption`."""

    host: str
    port: int
    encryption: str = Encryption.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)  # an OAuth access token in the password's place
    dkim: DkimKey | None = field(default=None, repr=False)
    name: str = "smtp"

    @property
    def most_connections(self) -> int:
        return 1 if self.token is not None else 16  # a new token is written into the database

    def open(self) -> SmtpSession:
        try:
            return SmtpSession(self)
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
            raise NotReached(_in_words(error, self.host)) from error

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self.token is not None:
            said = f"user={self.username}\x01auth=Bearer {self.token()}\x01\x01"
            # After a refusal the server sends its reasons as a challenge, and wants an empty answer.
            server.auth("XOAUTH2", lambda challenge=None: said if challenge is None else "", initial_response_ok=True)
        elif self.username:
            server.login(self.username, self.password)

    def connect(self) -> smtplib.SMTP:
        """A connection that greeted, is encrypted as asked, and logged in."""
        server: smtplib.SMTP
        if self.encryption == Encryption.TLS:
            server = _Encrypted(self.host, self.port, timeout=CONNECT_SECONDS, context=_trust())
        else:
            server = _Plain(self.host, self.port, timeout=CONNECT_SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if self.encryption == Encryption.STARTTLS:
                server.starttls(context=_trust())
            self._log_in(server)
            assert server.sock is not None
            server.sock.settimeout(COMMAND_SECONDS)
            # The final dot goes alone, after the message: it must not wait for a receipt, which may take 40 ms.
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            server.close()
            raise
        return server
