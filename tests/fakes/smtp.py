"""A real SMTP server that answers as it is told: the other end of `outreach.transports.smtp`."""

from __future__ import annotations

import asyncio
import socket
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Sink:
    """Keeps what it took. `rcpt` and `data` are its answers; `data` None: it takes the message and hangs up."""

    rcpt: str = "250 OK"
    data: str | None = "250 OK"
    seconds: float = 0.0  # until its answer to a message
    taken: list[bytes] = field(default_factory=list)
    port: int = 0
    token: str = ""  # the OAuth access token that it lets in by XOAUTH2
    logins: list[str] = field(default_factory=list)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As Google and Microsoft do it: after a wrong token a challenge with the reason, which wants an answer."""
        said = b64decode(args[1]).decode()
        self.logins.append(said)
        if f"auth=Bearer {self.token}\x01" in said:
            return AuthResult(success=True, auth_data=said)
        answer = await server.challenge_auth(b'{"status":"401","schemes":"bearer"}')
        assert answer == b""
        return AuthResult(success=False, handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data is None or self.data.startswith("2"):
            self.taken.append(bytes(envelope.content or b""))
        if self.data is None:
            assert server.transport
            server.transport.abort()
            return "250 OK"
        await asyncio.sleep(self.seconds)
        return self.data


@contextmanager
def running(**answers: str | float | None) -> Iterator[Sink]:
    """A sink on a free port of this machine."""
    sink = Sink(**answers)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as free:
        sink.port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, decode_data=False, auth_require_tls=False)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
